import * as z from "zod";
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
