import { Teardown } from "./teardown.js";

/** As Teardown, unless the conf says `keepScratch`: a trial is often looked into. */
export class TrialTeardown extends Teardown {
  override async run(): Promise<void> {
    if (this.conf.keepScratch === true) {
      this.log.info("scratch is kept, as the conf says", { folder: this.scratch.folder });
      return;
    }
    await super.run();
  }
}
