import { archiveFolders, trialFolder } from "../recipe-run/archive.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Takes everything that a trial has made to where the instrument team looks at it, provenance included. */
export class TransferTrialData extends RecipeRunTask {
  async run(): Promise<void> {
    await this.scratch.listSome("output/l1", ".fits", "WriteL1Data");
    const folders = ["output/l1", "output/movie", "output/trial", "quality", "provenance"];
    // A second try must not carry the record of the first.
    await this.scratch.remove(`provenance/${this.taskName}.json`);
    const target = trialFolder(this.recipeRunId);
    const files = await archiveFolders(
      folders.map((name) => this.scratch.path(name)),
      target,
    );
    this.log.info("trial is in the archive", { target, files: files.length });
  }
}
