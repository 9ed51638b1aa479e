import { TaskBase } from "dkist-processing-core";

export class FailTask extends TaskBase {
  run(): void {
    this.log.info("about to fail");
    throw new Error("this task fails on purpose");
  }
}
