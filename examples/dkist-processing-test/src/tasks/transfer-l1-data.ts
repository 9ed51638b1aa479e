import { archiveFolders, datasetFolder, removeArchived } from "../recipe-run/archive.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Takes the level-1 frames and the movie to the archive, with a list of digests. */
export class TransferL1Data extends RecipeRunTask {
  async run(): Promise<void> {
    await this.scratch.listSome("output/l1", ".fits", "WriteL1Data");
    const folders = ["output/l1", "output/movie"].map((name) => this.scratch.path(name));
    const target = datasetFolder(this.recipeRunId);
    const files = await archiveFolders(folders, target);
    this.log.info("dataset is in the archive", { target, files: files.length });
  }

  override async rollback(): Promise<void> {
    await removeArchived(datasetFolder(this.recipeRunId));
    this.log.warn("dataset is removed from the archive");
  }
}
