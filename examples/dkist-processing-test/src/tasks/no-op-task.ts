import { TaskBase } from "dkist-processing-core";

/** Does nothing: what is left is the price of running a Task at all. */
export class NoOpTask extends TaskBase {
  run(): void {
    this.log.info("nothing to do");
  }
}

/** Does nothing, after NoOpTask. */
export class NoOpTask2 extends NoOpTask {}
