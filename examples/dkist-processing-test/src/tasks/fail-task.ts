import { TaskBase } from "dkist-processing-core";

/** Fails on purpose, to see that it is noticed. */
export class FailTask extends TaskBase {
  run(): never {
    this.log.info("about to fail on purpose", { tryNumber: this.tryNumber });
    throw new Error(`recipe run ${this.recipeRunId} failed on purpose`);
  }
}
