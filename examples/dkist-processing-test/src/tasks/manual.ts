import { TaskBase } from "dkist-processing-core";

export class ManualWithProvenance extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}

export class ManualWithoutProvenance extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
