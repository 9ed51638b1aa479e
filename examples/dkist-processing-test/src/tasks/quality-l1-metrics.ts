import { TaskBase } from "dkist-processing-core";

export class QualityL1Metrics extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
