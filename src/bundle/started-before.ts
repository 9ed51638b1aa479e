import { readFileSync } from "node:fs";
import path from "node:path";
import { keepInState, STATE_FOLDER } from "../disk/state-folder.js";
import { digestOf, manifestFile, sha256 } from "../model/digest.js";
import type { TaskBundle } from "../model/task-bundle.js";

/** Which bundles have started alone in an earlier check of this client repo, with this Node. */
export interface StartedBefore {
  has(bundle: TaskBundle): boolean;
  /** Those of this check; earlier ones are forgotten. */
  keep(bundles: readonly TaskBundle[]): void;
}

const FILE = "cache/started.json";

/**
 * A bundle that is byte for byte one that has started needs no second start: it is given no files but its own. One with a
 * native addon also loads the machine's libraries, and is started each time.
 */
export function startedBefore(root: string): StartedBefore {
  const digests = new Map<TaskBundle, string>();
  const digest = (bundle: TaskBundle): string => {
    const known = digests.get(bundle) ?? sha256(`${NODE}\n${digestOf(bundle.files.map(manifestFile))}`);
    digests.set(bundle, known);
    return known;
  };
  const known = readKnown(path.join(root, STATE_FOLDER, FILE));
  return {
    has: (bundle) => bundle.native === null && known.has(digest(bundle)),
    keep: (bundles) => {
      const content = JSON.stringify(bundles.map(digest).sort());
      if (content !== JSON.stringify([...known])) keepInState(root, FILE, content);
    },
  };
}

const NODE = `${process.version} ${process.platform} ${process.arch}`;

function readKnown(file: string): ReadonlySet<unknown> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return new Set(Array.isArray(content) ? content : []);
  } catch {
    return new Set(); // there is none yet
  }
}
