import * as z from "zod";
import { decodeFits, type FitsFile } from "../formats/fits-image.js";
import type { Scratch } from "./scratch.js";

const rawFrameSchema = z.object({
  /** Its name in scratch. */
  file: z.string(),
  /** UTC, as the FITS header has it: without a time zone. */
  dateObs: z.iso.datetime({ local: true }),
  exposureSeconds: z.number().positive(),
});

const frameIndexSchema = z.object({
  dark: z.array(rawFrameSchema),
  gain: z.array(rawFrameSchema),
  observe: z.array(rawFrameSchema),
});

export type RawFrame = z.infer<typeof rawFrameSchema>;

/** The raw frames of a recipe run by what they were taken for, in the order of time. */
export type FrameIndex = z.infer<typeof frameIndexSchema>;

const FRAME_INDEX = "parsed/frames.json";

export async function writeFrameIndex(scratch: Scratch, index: FrameIndex): Promise<void> {
  await scratch.writeJson(FRAME_INDEX, index);
}

export async function readFrameIndex(scratch: Scratch): Promise<FrameIndex> {
  return frameIndexSchema.parse(await scratch.readJson(FRAME_INDEX, "ParseL0TestInputData"));
}

/** Reads a FITS file of the recipe run; an error names the file. */
export async function readFits(scratch: Scratch, name: string): Promise<FitsFile> {
  const bytes = await scratch.read(name);
  try {
    return decodeFits(bytes);
  } catch (cause) {
    throw new Error(`${scratch.path(name)} can't be read as FITS`, { cause });
  }
}
