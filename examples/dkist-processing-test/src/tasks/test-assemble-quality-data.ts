import { TaskBase } from "dkist-processing-core";

export class TestAssembleQualityData extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
