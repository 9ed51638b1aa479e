import { TaskBase } from "dkist-processing-core";

export class CreateTrialDatasetInventory extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
