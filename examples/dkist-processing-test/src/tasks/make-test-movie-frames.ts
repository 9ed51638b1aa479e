import { encode } from "fast-png";
import { quantile } from "simple-statistics";
import type { FitsFile } from "../formats/fits-image.js";
import { readFits } from "../recipe-run/read-fits.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Makes a picture of every calibrated frame, all with the same greys, so that they can follow each other. */
export class MakeTestMovieFrames extends RecipeRunTask {
  async run(): Promise<void> {
    const names = await this.scratch.listSome("calibrated/observe", ".fits", "GenerateCalibratedData");
    const frames = await Promise.all(names.map((name) => readFits(this.scratch, name)));
    const greys = greyRange(frames);

    await this.scratch.remove("movie");
    await this.step("draw pictures", async () => {
      for (const [index, frame] of frames.entries()) {
        this.signal.throwIfAborted();
        await this.scratch.write(`movie/${String(index).padStart(4, "0")}.png`, picture(frame, greys));
      }
    });
    this.log.info("movie frames are made", { frames: frames.length, ...greys });
  }
}

interface GreyRange {
  readonly black: number;
  readonly white: number;
}

/** All but the darkest and the brightest hundredth of the first frame: a hot pixel must not make all others black. */
function greyRange([first]: readonly FitsFile[]): GreyRange {
  const [black = 0, white = 1] = quantile(Array.from(first?.pixels ?? []), [0.01, 0.99]);
  return { black, white };
}

/** FITS begins at the bottom left, PNG at the top left. */
function picture({ columns, rows, pixels, header }: FitsFile, { black, white }: GreyRange): Uint8Array {
  const data = Uint8ClampedArray.from({ length: pixels.length }, (_, i) => {
    const row = rows - 1 - Math.floor(i / columns);
    return (255 * ((pixels[row * columns + (i % columns)] ?? black) - black)) / (white - black);
  });
  const text = { "Creation Time": String(header.get("DATE-OBS")) };
  return encode({ width: columns, height: rows, channels: 1, depth: 8, data, text });
}
