import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TaskBase } from "dkist-processing-core";
import { scratchFolder } from "../scratch.js";

/** A small picture: rows of pixels. */
export type Frame = readonly (readonly number[])[];

/** Stands for the task that fetches raw frames. The conf's `frames` says how many; default 3. */
export class MakeFrames extends TaskBase {
  // Fetching over a network fails now and then: try twice more, half a minute apart.
  static override readonly retries = 2;
  static override readonly retryDelaySeconds = 30;

  async run(): Promise<void> {
    const { frames: count = 3 } = this.conf;
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1) {
      throw new TypeError("frames must be a whole number from 1 on");
    }
    const frames = Array.from({ length: count }, (_, index) => makeFrame(index));

    const folder = scratchFolder(this.recipeRunId);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "frames.json"), JSON.stringify(frames));
    this.log.info("made frames", { count });
  }
}

/** A frame of 4 x 4 pixels; another one for each index. */
export function makeFrame(index: number): Frame {
  return [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => 10 * row + column + index));
}
