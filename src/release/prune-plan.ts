import { byVersion } from "../model/version-order.js";
import { DEFAULT_VERSION } from "../model/version.js";

/** A deployed release, as far as pruning looks at it. */
export interface Prunable {
  /** `<name>_<version>`. */
  readonly release: string;
  /** Null where nothing says it. */
  readonly name: string | null;
  readonly version: string | null;
  /** Null where nothing says them: whether they run cannot be asked. */
  readonly dagIds: readonly string[] | null;
}

/** Why a promoted version is kept. */
export const PROMOTED = "it is the promoted version";

/** What is to become of one release, before Airflow is asked. */
export interface PruneDecision<T extends Prunable> {
  readonly release: T;
  /** To be read after "kept: "; null for one that may go. */
  readonly keptBecause: string | null;
}

/**
 * Decides which versions may go. Unknown is kept.
 *
 * @param keep - how many of the newest versions of each name stay, by version order
 * @param promoted - by name: the version that its alias DAGs start
 * @returns in the order given
 */
export function planPrune<T extends Prunable>(
  releases: readonly T[],
  keep: number,
  promoted: ReadonlyMap<string, string>,
): PruneDecision<T>[] {
  const newest = new Set<string>();
  for (const name of new Set(releases.map((release) => release.name))) {
    const versions = releases.filter((release) => release.name === name && isNumbered(release));
    versions.sort((a, b) => byVersion(b.version ?? "", a.version ?? ""));
    for (const { release } of versions.slice(0, keep)) newest.add(release);
  }
  return releases.map((release) => ({ release, keptBecause: keptBecause(release) }));

  function keptBecause({ release, name, version, dagIds }: T): string | null {
    if (name === null || version === null) return "nothing here says which version it is";
    if (promoted.get(name) === version) return PROMOTED;
    if (version === DEFAULT_VERSION) return `${DEFAULT_VERSION} is replaced by deploys, and not pruned`;
    if (newest.has(release))
      return keep === 1 ? "it is the newest version" : `it is one of the newest ${keep} versions`;
    if (dagIds === null) return "nothing here says which DAGs it has; deploy it again, or remove it by hand";
    return null;
  }
}

function isNumbered({ version }: Prunable): boolean {
  return version !== null && version !== DEFAULT_VERSION;
}
