import { readFile } from "node:fs/promises";
import type { TaskBase } from "dkist-processing-core";
import * as z from "zod";

const positive = z.number().positive();

const instrumentSchema = z.strictObject({
  observatory: z.string(),
  telescope: z.string(),
  instrument: z.string(),
  detector: z.strictObject({
    columns: positive.int(),
    rows: positive.int(),
    exposureSeconds: positive,
    cadenceSeconds: positive,
    /** The level of a frame without light. */
    biasAdu: positive,
    readNoiseAdu: positive,
    electronsPerAdu: positive,
  }),
  wavelengthNanometres: positive,
  plateScaleArcsecPerPixel: positive,
});

/** The facts of `assets/instrument.json`. */
export type Instrument = z.infer<typeof instrumentSchema>;

/** Reads the instrument's facts from the release's assets. */
export async function readInstrument(task: TaskBase): Promise<Instrument> {
  return instrumentSchema.parse(JSON.parse(await readFile(task.assetPath("assets/instrument.json"), "utf8")));
}
