import { metadataFile, writeArchived } from "../recipe-run/archive.js";
import { makeInventory, readL1Headers } from "../recipe-run/inventory.js";
import { QUALITY, qualitySchema } from "../recipe-run/quality.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Hands what is known of the dataset to the metadata store: inventory, headers and quality. */
export class SubmitDatasetMetadata extends RecipeRunTask {
  async run(): Promise<void> {
    const headers = await readL1Headers(this.scratch);
    const quality = qualitySchema.parse(await this.scratch.readJson(QUALITY, "TestAssembleQualityData"));
    const inventory = makeInventory(this.recipeRunId, headers);
    const metadata = { inventory, quality, headers };
    await writeArchived(metadataFile(this.recipeRunId), `${JSON.stringify(metadata, null, 2)}\n`);
    this.log.info("metadata are submitted", { datasetId: inventory.datasetId, frames: headers.length });
  }
}
