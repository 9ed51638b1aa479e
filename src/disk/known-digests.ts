import { readFileSync } from "node:fs";
import path from "node:path";
import { keepInState, STATE_FOLDER } from "./state-folder.js";

/** Digests of what the last check of a client repo found good. */
export interface KnownDigests {
  has(digest: string): boolean;
  /** Those of this check; earlier ones are forgotten. */
  keep(digests: readonly string[]): void;
}

/**
 * @param root - the client repo, absolute
 * @param name - of the file that they are kept in, relative to the state folder
 */
export function knownDigests(root: string, name: string): KnownDigests {
  const known = readKnown(path.join(root, STATE_FOLDER, name));
  return {
    has: (digest) => known.has(digest),
    keep: (digests) => {
      const content = JSON.stringify([...new Set(digests)].sort());
      if (content !== JSON.stringify([...known])) keepInState(root, name, content);
    },
  };
}

function readKnown(file: string): ReadonlySet<unknown> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return new Set(Array.isArray(content) ? content : []);
  } catch {
    return new Set(); // there is none yet
  }
}
