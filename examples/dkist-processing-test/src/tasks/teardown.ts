import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Removes what the recipe run has left in scratch; what was transferred stays. */
export class Teardown extends RecipeRunTask {
  async run(): Promise<void> {
    await this.scratch.remove(".");
    this.log.info("scratch is removed");
  }

  /** The record would be the first file of a new scratch folder. */
  override recordProvenance(): Promise<void> {
    return Promise.resolve();
  }
}
