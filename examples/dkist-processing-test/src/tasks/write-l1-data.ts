import { TaskBase } from "dkist-processing-core";

export class WriteL1Data extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
