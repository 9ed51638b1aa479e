import { knownDigests } from "../disk/known-digests.js";
import { digestOf, manifestFile, sha256 } from "../model/digest.js";
import type { TaskBundle } from "../model/task-bundle.js";

/** Which bundles have started alone in an earlier check of this client repo, with this Node. */
export interface StartedBefore {
  has(bundle: TaskBundle): boolean;
  /** Those of this check; earlier ones are forgotten. */
  keep(bundles: readonly TaskBundle[]): void;
}

/**
 * A bundle that is byte for byte one that has started needs no second start: it is given no files but its own. One with a
 * native addon also loads the machine's libraries, and is started each time.
 */
export function startedBefore(root: string): StartedBefore {
  const known = knownDigests(root, "cache/started.json");
  const digests = new Map<TaskBundle, string>();
  const digest = (bundle: TaskBundle): string => {
    const found = digests.get(bundle) ?? sha256(`${NODE}\n${digestOf(bundle.files.map(manifestFile))}`);
    digests.set(bundle, found);
    return found;
  };
  return {
    has: (bundle) => bundle.native === null && known.has(digest(bundle)),
    keep: (bundles) => known.keep(bundles.map(digest)),
  };
}

const NODE = `${process.version} ${process.platform} ${process.arch}`;
