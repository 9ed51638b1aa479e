import { TaskBase } from "dkist-processing-core";

export class TransferL0Data extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
