import { createRequire } from "node:module";

/** By its name, as the build moves modules into files of other folders. */
const { version, engines } = createRequire(import.meta.url)("dkist-processing-core/package.json") as {
  version: string;
  engines: { node: string };
};

/** This package's own version. */
export const TOOL_VERSION = version;
/** The oldest Node that it runs on, and that tasks run on: `20.19`. */
export const OLDEST_NODE = engines.node.replace(/^>=/, "");
