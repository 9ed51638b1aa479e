import { TaskBase } from "dkist-processing-core";

const DEFAULT_MEGABYTES = 256;
const MEGABYTE = 1024 * 1024;
const PAGE = 4096;

/** Fills as much memory as the conf's `megabytes` says, to see that the worker has it. */
export class HighMemoryTask extends TaskBase {
  run(): void {
    const { megabytes = DEFAULT_MEGABYTES } = this.conf;
    if (typeof megabytes !== "number" || !(megabytes > 0)) throw new TypeError("megabytes must be a positive number");
    const memory = Buffer.alloc(Math.round(megabytes * MEGABYTE));
    // Memory is only promised until it is written to: touch every page.
    for (let offset = 0; offset < memory.length; offset += PAGE) memory[offset] = 1;
    this.log.info("memory is filled", {
      megabytes,
      residentMegabytes: Math.round(process.memoryUsage.rss() / MEGABYTE),
    });
  }
}
