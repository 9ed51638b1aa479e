import { readFileSync } from "node:fs";

/** This package's own version. */
export const TOOL_VERSION = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;
