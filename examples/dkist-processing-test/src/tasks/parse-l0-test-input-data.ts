import * as z from "zod";
import { writeFrameIndex, type FrameIndex, type RawFrame } from "../recipe-run/frames.js";
import { readFits } from "../recipe-run/read-fits.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** The cards that every raw frame must have. */
const rawHeaderSchema = z.object({
  IPTASK: z.enum(["dark", "gain", "observe"]),
  "DATE-OBS": z.iso.datetime({ local: true }),
  XPOSURE: z.number().positive(),
});

/** Reads the headers of the raw frames, and sorts the frames by what they were taken for and by time. */
export class ParseL0TestInputData extends RecipeRunTask {
  async run(): Promise<void> {
    const index: FrameIndex = { dark: [], gain: [], observe: [] };
    for (const file of await this.scratch.listSome("input", ".fits", "TransferL0Data")) {
      this.signal.throwIfAborted();
      const header = await this.#readHeader(file);
      index[header.IPTASK].push({ file, dateObs: header["DATE-OBS"], exposureSeconds: header.XPOSURE });
    }
    for (const frames of Object.values(index)) frames.sort(byTime);
    await writeFrameIndex(this.scratch, index);
    const { dark, gain, observe } = index;
    this.log.info("raw frames are sorted", { dark: dark.length, gain: gain.length, observe: observe.length });
  }

  async #readHeader(file: string): Promise<z.infer<typeof rawHeaderSchema>> {
    const { header } = await readFits(this.scratch, file);
    const result = rawHeaderSchema.safeParse(Object.fromEntries(header));
    if (!result.success) throw new Error(`${file} is no raw frame: ${z.prettifyError(result.error)}`);
    return result.data;
  }
}

function byTime(a: RawFrame, b: RawFrame): number {
  return a.dateObs < b.dateObs ? -1 : 1;
}
