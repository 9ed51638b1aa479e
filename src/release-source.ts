import { readSourceState } from "./artifact/source-state.js";
import type { ClientRepo } from "./client-repo.js";
import type { SourceState } from "./model/artifact.js";
import { DkistCoreError, type Diagnostic } from "./model/diagnostics.js";
import { DEFAULT_VERSION } from "./model/version.js";

/** Where a release comes from, and what there is to say about that. */
export interface ReleaseSource {
  readonly state: SourceState;
  readonly warnings: readonly Diagnostic[];
}

/** How many changed files are named; the rest is a number. */
const NAMED_FILES = 5;

/**
 * Reads where a client repo's code comes from, and holds a release against it: what is released under a commit must be
 * that commit. `dev` is no release.
 *
 * @param allowDirty - release it although it differs from its commit; the release then says so
 * @throws DkistCoreError UNCOMMITTED_CHANGES
 */
export async function releaseSource({ config, version }: ClientRepo, allowDirty: boolean): Promise<ReleaseSource> {
  const { state, changed, noCommit } = await readSourceState(config.root, [config.outDir, config.dagsDir]);
  if (version === DEFAULT_VERSION) return { state, warnings: [] };
  if (noCommit !== null) return { state, warnings: [noCommitWarning(noCommit)] };
  if (state.gitDirty !== false && !allowDirty) throw uncommitted(changed);
  return { state, warnings: [] };
}

function uncommitted(changed: readonly string[]): DkistCoreError {
  const more = changed.length - NAMED_FILES;
  const names = [...changed.slice(0, NAMED_FILES), ...(more > 0 ? [`${more} more`] : [])].join(", ");
  const sentence =
    changed.length === 0
      ? "git cannot say whether the client repo differs from its commit"
      : `the client repo differs from its commit: ${names}`;
  return new DkistCoreError("UNCOMMITTED_CHANGES", sentence, {
    hint: "commit the changes, or let .gitignore name what is generated; --allow-dirty releases it as it is, and says so",
  });
}

function noCommitWarning(reason: string): Diagnostic {
  return {
    severity: "warning",
    code: "NO_COMMIT",
    message: `the release cannot be traced to a commit: ${reason}`,
    hint: "build releases from a clone of the repository",
    location: {},
  };
}
