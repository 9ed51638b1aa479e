import path from "node:path";
import { readSourceState } from "./artifact/source-state.js";
import type { BuildOptions, Outcome } from "./build.js";
import { bundleRepo } from "./bundle-repo.js";
import { templatesOf } from "./dag-files.js";
import { readNotifier } from "./bundle/notifier.js";
import { withClientRepo } from "./client-repo.js";
import { describeRelease } from "./describe-release.js";
import type { ReleaseDescription } from "./model/artifact.js";
import { DkistCoreError, isClean, type Diagnostic } from "./model/diagnostics.js";
import { silent } from "./model/progress.js";
import { readDescription } from "./release/read-description.js";
import { releaseChanges, type ComparedRelease, type Comparison } from "./model/release-changes.js";

/**
 * What is compared: each a release manifest, a code zip, a workflow zip, the folder that a code zip was unpacked to, or a
 * client repo, which is loaded and bundled as `buildRelease` does it.
 */
export interface DiffOptions extends Omit<BuildOptions, "version"> {
  /** Relative to `cwd`. */
  readonly before: string;
  /** Default: the client repo in `cwd`. */
  readonly after?: string;
}

/** A side of the comparison; null where a client repo's findings are in the way. */
interface Side {
  readonly description: ReleaseDescription | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares two releases, and writes nothing.
 *
 * @returns `ok` when nothing differs; no result where a client repo has errors
 * @throws DkistCoreError when one of them cannot be read, and BAD_USAGE for a client repo and itself
 */
export async function diffReleases(options: DiffOptions): Promise<Outcome<Comparison>> {
  const { before, after = ".", cwd = process.cwd() } = options;
  // A variable that is not set leaves nothing of an argument.
  if (before === "" || after === "") throw new DkistCoreError("BAD_USAGE", "one of the two to compare has no name");
  const [from, to] = [path.resolve(cwd, before), path.resolve(cwd, after)];
  const [old, now] = [await readDescription(from), await readDescription(to)];
  if (old === null && from === to) {
    throw new DkistCoreError("BAD_USAGE", `the client repo ${before} would be compared with itself`, {
      hint: "give a release to compare it with",
    });
  }
  const oldSide = old === null ? await describeClientRepo(from, options) : released(old);
  const newSide = now === null ? await describeClientRepo(to, options) : released(now);
  const diagnostics = [...oldSide.diagnostics, ...newSide.diagnostics];
  if (oldSide.description === null || newSide.description === null) return { ok: false, diagnostics, result: null };
  const changes = releaseChanges(oldSide.description, newSide.description);
  const result = {
    before: compared(before, oldSide.description),
    after: compared(after, newSide.description),
    changes,
  };
  return { ok: changes.length === 0, diagnostics, result };
}

function released(description: ReleaseDescription): Side {
  return { description, diagnostics: [] };
}

async function describeClientRepo(root: string, { configFile, env, progress = silent }: DiffOptions): Promise<Side> {
  return withClientRepo(
    { cwd: root, configFile, env: env ?? process.env, progress, bundles: true },
    () => async (repo) => {
      const templates = templatesOf(repo.config);
      const { bundles, assets, findings } = await bundleRepo(repo, templates, progress);
      const diagnostics = await repo.diagnose(findings);
      if (!isClean(diagnostics)) return { description: null, diagnostics };
      const { state: source } = await readSourceState(repo.config.root, [repo.config.outDir, repo.config.dagsDir]);
      const notifier = await readNotifier();
      return { description: describeRelease(repo, { bundles, assets, notifier, templates, source }), diagnostics };
    },
  );
}

function compared(place: string, description: ReleaseDescription): ComparedRelease {
  const { name, version, gitCommit, gitDirty, lockfileSha256 } = description;
  return { place, name, version, gitCommit, gitDirty, lockfileSha256 };
}
