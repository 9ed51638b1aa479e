import { TaskBase } from "dkist-processing-core";

export class TrialTeardown extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
