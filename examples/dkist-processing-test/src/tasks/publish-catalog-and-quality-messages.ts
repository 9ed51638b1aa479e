import { TaskBase } from "dkist-processing-core";

export class PublishCatalogAndQualityMessages extends TaskBase {
  run(): void {
    this.log.info("nothing to do yet");
  }
}
