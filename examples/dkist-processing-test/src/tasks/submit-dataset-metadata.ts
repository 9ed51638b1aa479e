import { TaskBase } from "dkist-processing-core";

export class SubmitDatasetMetadata extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
