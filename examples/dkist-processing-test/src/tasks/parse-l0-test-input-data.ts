import { TaskBase } from "dkist-processing-core";

export class ParseL0TestInputData extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
