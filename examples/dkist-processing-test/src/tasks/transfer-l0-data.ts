import { createHash } from "node:crypto";
import * as z from "zod";
import { encodeFits } from "../formats/fits-image.js";
import { addSeconds } from "../recipe-run/fits-time.js";
import { readInstrument, type Instrument } from "../recipe-run/instrument.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";
import { SyntheticDetector, type FrameKind } from "../science/synthetic-detector.js";

const frameCount = z.number().int().min(1).max(1000);

/** What a recipe run may say about its input; other keys of the conf belong to others. */
const confSchema = z.object({
  /** The same seed gives the same frames. Default: the recipe run id. */
  seed: z.number().int().optional(),
  frames: z
    .object({ dark: frameCount.default(16), gain: frameCount.default(16), observe: frameCount.default(8) })
    .prefault({}),
});

const FIRST_FRAME_AT = "2026-01-01T18:00:00.000";

/** Brings the raw frames in. They come from a synthetic detector, where a real instrument would fetch them. */
export class TransferL0Data extends RecipeRunTask {
  async run(): Promise<void> {
    const { seed = this.recipeRunId, frames } = confSchema.parse(this.conf);
    const instrument = await readInstrument(this);
    const detector = await this.step("build detector", () => new SyntheticDetector(instrument, seed));
    const kinds = (["dark", "gain", "observe"] as const).flatMap((kind) => Array<FrameKind>(frames[kind]).fill(kind));

    await this.scratch.remove("input");
    await this.step("take frames", async () => {
      for (const [index, kind] of kinds.entries()) {
        this.signal.throwIfAborted();
        await this.#writeFrame(instrument, kind, index, detector);
      }
    });
    this.log.info("raw frames are in scratch", { seed, ...frames });
  }

  async #writeFrame(
    instrument: Instrument,
    kind: FrameKind,
    index: number,
    detector: SyntheticDetector,
  ): Promise<void> {
    const { columns, rows, cadenceSeconds, exposureSeconds } = instrument.detector;
    const seconds = index * cadenceSeconds;
    const pixels = detector.expose(kind, seconds);
    const bytes = encodeFits({ columns, rows, pixels }, [
      { keyword: "BUNIT", value: "adu" },
      { keyword: "DATE-OBS", value: addSeconds(FIRST_FRAME_AT, seconds), comment: "start of the exposure, UTC" },
      { keyword: "XPOSURE", value: exposureSeconds, comment: "[s] exposure time" },
      { keyword: "OBSRVTRY", value: instrument.observatory },
      { keyword: "TELESCOP", value: instrument.telescope },
      { keyword: "INSTRUME", value: instrument.instrument },
      { keyword: "IPTASK", value: kind, comment: "what the frame was taken for" },
      { keyword: "PROP_ID", value: "pid_test", comment: "observing proposal" },
      { keyword: "EXPER_ID", value: `eid_test_${this.recipeRunId}`, comment: "experiment" },
      { keyword: "LEVEL", value: 0, comment: "raw" },
    ]);
    // Raw frames are named by their content, so that only their headers say what they are.
    await this.scratch.write(`input/${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.fits`, bytes);
  }
}
