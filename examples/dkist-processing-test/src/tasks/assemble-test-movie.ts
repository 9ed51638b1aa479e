import { TaskBase } from "dkist-processing-core";

export class AssembleTestMovie extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
