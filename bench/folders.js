// Where the bench keeps what it makes.
import { existsSync, mkdirSync, rmSync } from "node:fs";
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

const FRESH = path.join(CACHE, "fresh");

/** A folder that is not there, as in a build pipeline. */
export function freshFolder(name) {
  for (let number = 1; ; number += 1) {
    const folder = path.join(FRESH, `${name}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

/**
 * Before everything and after it, not between two runs: a file system that has just removed a thousand files takes many
 * times as long to make a thousand others.
 */
export function removeFreshFolders() {
  rmSync(FRESH, { recursive: true, force: true });
}
