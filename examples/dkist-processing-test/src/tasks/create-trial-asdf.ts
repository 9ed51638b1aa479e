import { TaskBase } from "dkist-processing-core";

export class CreateTrialAsdf extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
