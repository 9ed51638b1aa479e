import { archivedFiles, archiveFolders, datasetFolder, removeArchived } from "../recipe-run/archive.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Takes the level-1 frames and the movie to the archive, with a list of digests. */
export class TransferL1Data extends RecipeRunTask {
  readonly #dataset = datasetFolder(this.recipeRunId);

  async run(): Promise<void> {
    await this.scratch.listSome("output/l1", ".fits", "WriteL1Data");
    const folders = ["output/l1", "output/movie"].map((name) => this.scratch.path(name));
    const files = await archiveFolders(folders, this.#dataset);
    this.log.info("dataset is in the archive", { dataset: this.#dataset, files: files.length });
  }

  /** Reads it all back: only what arrived whole may be published. */
  override async postRun(): Promise<void> {
    await archivedFiles(this.#dataset);
  }

  /** Only when an operator asks for it. */
  override async rollback(): Promise<void> {
    await removeArchived(this.#dataset);
    this.log.warn("dataset is removed from the archive", { dataset: this.#dataset });
  }
}
