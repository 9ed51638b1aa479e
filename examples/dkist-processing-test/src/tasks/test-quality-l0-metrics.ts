import { TaskBase } from "dkist-processing-core";

export class TestQualityL0Metrics extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
