import { encodeAsdf } from "../formats/asdf.js";
import { readFits } from "../recipe-run/read-fits.js";
import { makeInventory, readL1Headers } from "../recipe-run/inventory.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";
import { averageFrames } from "../science/calibration.js";

/** Writes an ASDF file that describes the dataset as a whole: its inventory, every header, and the average image. */
export class CreateTrialAsdf extends RecipeRunTask {
  async run(): Promise<void> {
    const headers = await readL1Headers(this.scratch);
    const inventory = makeInventory(this.recipeRunId, headers);
    const frames = await Promise.all(headers.map(({ name }) => readFits(this.scratch, `output/l1/${name}`)));
    const [rows, columns] = inventory.shape;
    const preview = { columns, rows, pixels: averageFrames(frames.map(({ pixels }) => pixels)) };
    const name = `output/trial/${inventory.datasetId}.asdf`;
    await this.scratch.write(name, encodeAsdf({ inventory, headers }, preview));
    this.log.info("ASDF file is written", { frames: frames.length });
  }
}
