import { TaskBase } from "dkist-processing-core";

export class NoOpTask extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}

export class NoOpTask2 extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
