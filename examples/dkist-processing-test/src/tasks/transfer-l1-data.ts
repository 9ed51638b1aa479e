import { TaskBase } from "dkist-processing-core";

export class TransferL1Data extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
