import { createRequire } from "node:module";

/** This package's own version. By its name, as the build moves modules into files of other folders. */
export const TOOL_VERSION = (
  createRequire(import.meta.url)("dkist-processing-core/package.json") as { version: string }
).version;
