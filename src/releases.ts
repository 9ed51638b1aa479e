import type { Outcome } from "./build.js";
import { counted } from "./model/counted.js";
import { isClean, sortDiagnostics, type Diagnostic } from "./model/diagnostics.js";
import { releaseName } from "./model/naming.js";
import { silent, type Progress } from "./model/progress.js";
import { placesOf, type PlaceOptions } from "./release-places.js";
import { finding } from "./release/finding.js";
import { findLeftovers, type Leftover } from "./release/leftovers.js";
import { findReleases, type DeployedRelease } from "./release/list-releases.js";
import { findPromotions, type FoundPromotion, type Promotion } from "./release/promotion.js";
import { readLatest } from "./render/latest.js";

/** What {@link listReleases} takes. */
export interface ReleasesOptions extends PlaceOptions {
  /** Look at manifests alone, and compare no file with its digest. */
  readonly quick?: boolean;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What is deployed. */
export interface ReleasesResult {
  /** Absolute, without links. */
  readonly codeMounts: readonly string[];
  /** Absolute, without links; null where none was given. */
  readonly dags: string | null;
  /** By name, then version. */
  readonly releases: readonly DeployedRelease[];
  /** What the alias DAGs start, by name: see `promote`. */
  readonly promoted: readonly Promotion[];
  /** What deploys have left: what was there before, and what they were making when they were killed. */
  readonly leftovers: readonly Leftover[];
}

/** See `listReleases` in `build.ts`. */
export async function listReleases(options: ReleasesOptions = {}): Promise<Outcome<ReleasesResult>> {
  const { progress = silent } = options;
  const { codeMounts, dags } = await placesOf(options);
  progress.start("look");
  const { releases, findings } = await findReleases(codeMounts, dags, options.quick === true ? "quick" : "whole");
  const promotions = dags === null ? [] : await findPromotions(dags, readLatest);
  progress.done("look", counted(releases.length, "release"));
  const diagnostics = sortDiagnostics([...findings, ...withoutPromoted(promotions, releases)]);
  const folders = [...codeMounts, ...(dags === null ? [] : [dags])];
  const leftovers = (await Promise.all(folders.map(findLeftovers))).flat();
  const promoted = promotions.map(({ promotion }) => promotion);
  return { ok: isClean(diagnostics), diagnostics, result: { codeMounts, dags, releases, promoted, leftovers } };
}

/** Alias DAGs whose version is away: each of their runs would fail. */
function withoutPromoted(promotions: readonly FoundPromotion[], releases: readonly DeployedRelease[]): Diagnostic[] {
  const isThere = ({ name, version }: Promotion): boolean =>
    releases.some((one) => one.release === releaseName(name, version) && one.dags?.state !== "absent");
  return promotions
    .filter(({ promotion }) => !isThere(promotion))
    .map(({ file, promotion: { name, version } }) =>
      finding(
        "RELEASE_INCOMPLETE",
        file,
        `${name} ${version} is promoted, and has no DAG files here: runs of the alias DAGs fail`,
        "deploy it again, or promote a version that is here",
      ),
    );
}
