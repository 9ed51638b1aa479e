import { TaskBase } from "dkist-processing-core";

export class HighMemoryTask extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
