import { makeInventory, readL1Headers } from "../recipe-run/inventory.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Writes the inventory that the catalog would hold, were this dataset published. */
export class CreateTrialDatasetInventory extends RecipeRunTask {
  async run(): Promise<void> {
    const inventory = makeInventory(this.recipeRunId, await readL1Headers(this.scratch));
    await this.scratch.writeJson("output/trial/inventory.json", inventory);
    this.log.info("inventory is written", { datasetId: inventory.datasetId });
  }
}
