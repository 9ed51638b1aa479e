import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Work that an operator does by hand, and that is on the record. */
export class ManualWithProvenance extends RecipeRunTask {
  async run(): Promise<void> {
    await this.scratch.writeJson("manual/intervention.json", { recipeRunId: this.recipeRunId, by: this.taskName });
    this.log.info("manual intervention done");
  }
}

/** The same off the record: for looking into things, not for changing data. */
export class ManualWithoutProvenance extends RecipeRunTask {
  async run(): Promise<void> {
    const frames = await this.scratch.list("input", ".fits");
    this.log.info("looked into scratch", { rawFrames: frames.length });
  }

  override recordProvenance(): Promise<void> {
    this.log.info("no provenance is recorded for this task");
    return Promise.resolve();
  }
}
