import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskBase } from "dkist-processing-core";
import { scratchFolder } from "../scratch.js";
import type { Frame } from "./make-frames.js";

/** Averages the frames that MakeFrames has left. */
export class AverageFrames extends TaskBase {
  // Airflow stops the task after an hour.
  static override readonly executionTimeoutSeconds = 3600;

  async run(): Promise<void> {
    const folder = scratchFolder(this.recipeRunId);
    const frames = JSON.parse(await readFile(join(folder, "frames.json"), "utf8")) as Frame[];
    const averaged = await this.step("average", () => average(frames));
    await writeFile(join(folder, "average.json"), JSON.stringify(averaged));
    this.log.info("averaged", { frames: frames.length });
  }
}

/**
 * The mean of each pixel.
 *
 * @throws RangeError where there is no frame
 */
export function average(frames: readonly Frame[]): Frame {
  const [first] = frames;
  if (first === undefined) throw new RangeError("there are no frames to average");
  return first.map((pixels, row) =>
    pixels.map((_, column) => frames.reduce((sum, frame) => sum + (frame[row]?.[column] ?? 0), 0) / frames.length),
  );
}
