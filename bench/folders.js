// Where the bench keeps what it makes.
import { mkdirSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(import.meta.dirname, "..");
export const EXAMPLE = path.join(ROOT, "examples/dkist-processing-test");
/** Ignored by git; may be removed at any time. */
export const CACHE = path.join(ROOT, ".cache/bench");
export const CLI = path.join(ROOT, "bin/dkist-core.js");

/** The folder, made where it is not there yet. */
export function ensured(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}
