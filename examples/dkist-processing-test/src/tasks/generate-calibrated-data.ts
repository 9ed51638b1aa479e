import { encodeFits, type Image, type Pixels } from "../formats/fits-image.js";
import { readFrameIndex, type RawFrame } from "../recipe-run/frames.js";
import { readFits } from "../recipe-run/read-fits.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";
import { averageFrames, calibrate, gainPattern } from "../science/calibration.js";

/** Takes the detector out of the observation: subtracts its dark, and divides by its gain. */
export class GenerateCalibratedData extends RecipeRunTask {
  async run(): Promise<void> {
    const frames = await readFrameIndex(this.scratch);
    const dark = await this.step("average darks", () => this.#average("dark", frames.dark));
    await this.#write("dark", dark, "adu");

    const gain = await this.step("average gains", async () => {
      const illuminated = await this.#average("gain", frames.gain);
      return { ...illuminated, pixels: gainPattern(illuminated.pixels, dark.pixels) };
    });
    await this.#write("gain", gain, "");

    await this.step("calibrate observe frames", async () => {
      await this.scratch.remove("calibrated/observe");
      for (const [index, frame] of frames.observe.entries()) {
        this.signal.throwIfAborted();
        const raw = await readFits(this.scratch, frame.file);
        const calibrated = { ...raw, pixels: calibrate(raw.pixels, dark.pixels, gain.pixels) };
        await this.#write(`observe/${String(index).padStart(4, "0")}`, calibrated, "adu", frame);
      }
    });
    this.log.info("observe frames are calibrated", { frames: frames.observe.length });
  }

  async #average(kind: string, frames: readonly RawFrame[]): Promise<Image> {
    const [first, ...others] = frames;
    if (first === undefined) throw new Error(`recipe run ${this.recipeRunId} has no ${kind} frames`);
    const { columns, rows, pixels } = await readFits(this.scratch, first.file);
    const counts: Pixels[] = [pixels];
    for (const { file } of others) counts.push((await readFits(this.scratch, file)).pixels);
    return { columns, rows, pixels: averageFrames(counts) };
  }

  async #write(name: string, image: Image, unit: string, taken?: RawFrame): Promise<void> {
    const when = taken && [
      { keyword: "DATE-OBS", value: taken.dateObs, comment: "start of the exposure, UTC" },
      { keyword: "XPOSURE", value: taken.exposureSeconds, comment: "[s] exposure time" },
    ];
    const bytes = encodeFits(image, [{ keyword: "BUNIT", value: unit }, ...(when ?? [])]);
    await this.scratch.write(`calibrated/${name}.fits`, bytes);
  }
}
