import { join } from "node:path";
import { TaskBase } from "dkist-processing-core";
import { Scratch, scratchRoot } from "./scratch.js";

/** What the Tasks of this repo share: the scratch folder of their recipe run, and a record of what they made. */
export abstract class RecipeRunTask extends TaskBase {
  readonly scratch = new Scratch(join(scratchRoot(), String(this.recipeRunId)), this.taskName);

  override async setup(): Promise<void> {
    await this.scratch.open();
  }

  override async teardown(): Promise<void> {
    await this.scratch.close();
  }

  override async recordProvenance(): Promise<void> {
    const outputs = this.scratch.written;
    await this.scratch.writeJson(`provenance/${this.taskName}.json`, {
      task: this.taskName,
      workflow: this.workflowName,
      version: this.workflowVersion,
      recipeRunId: this.recipeRunId,
      libraries: this.libraryVersions,
      outputs,
    });
    this.log.info("provenance recorded", { outputs: outputs.length });
  }
}
