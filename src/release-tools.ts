import path from "node:path";
import type { Outcome } from "./build.js";
import type { Artifact } from "./model/artifact.js";
import { isClean, sortDiagnostics, type Diagnostic } from "./model/diagnostics.js";
import { counted } from "./model/counted.js";
import { releaseName } from "./model/naming.js";
import { silent, type Progress } from "./model/progress.js";
import { placesOf, type PlaceOptions } from "./release-places.js";
import { applyPlan, surveyAndPlan, type Deployed } from "./release/deploy.js";
import { countSteps, type DeployAction, type DagsAs, type DeployStep } from "./release/deploy-plan.js";
import { deployableOf } from "./release/deployable.js";
import { finding } from "./release/finding.js";
import { findLeftovers, type Leftover } from "./release/leftovers.js";
import { findReleases, type DeployedRelease } from "./release/list-releases.js";
import { findPromotions, type FoundPromotion, type Promotion } from "./release/promotion.js";
import { takeBackCommands } from "./release/take-back.js";
import { verifyAny, type Verified } from "./release/verify-any.js";
import { verifyReleaseManifest } from "./release/verify-release.js";
import type { Depth } from "./release/verify-zip.js";
import { limitsOf } from "./release/zip-directory.js";
import { readLatest } from "./render/latest.js";

/** What {@link verifyRelease} takes. */
export interface VerifyOptions {
  /** A release manifest, a zip, a deployed folder of code, or the manifest of deployed DAG files. */
  readonly path: string;
  /** How many megabytes may come out of a zip. Default: 4000, and no more than 200 times the zip. */
  readonly maxSizeMb?: number;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What was verified. */
export interface VerifyResult {
  /** `release`: a release manifest and its zips. `zip`: one zip, alone. `code`, `dags`: deployed. */
  readonly kind: "release" | "zip" | "code" | "dags";
  /** Null where no manifest can be trusted. */
  readonly name: string | null;
  /** Null where no manifest can be trusted. */
  readonly version: string | null;
  /** Null outside git, too. */
  readonly gitCommit: string | null;
  /** Null outside git, too. */
  readonly gitDirty: boolean | null;
  /** The zips and folders. */
  readonly parts: readonly {
    /** Null where no manifest says it. */
    readonly kind: Artifact["kind"] | null;
    /** As it was given. */
    readonly path: string;
    /** How many its manifest lists; null where it cannot be trusted. */
    readonly files: number | null;
    /** Unpacked, all together. */
    readonly bytes: number;
    /** Of a zip. */
    readonly sha256: string | null;
  }[];
  /** What was looked at, in words. */
  readonly checks: readonly string[];
}

/** See `verifyRelease` in `build.ts`. */
export async function verifyRelease(options: VerifyOptions): Promise<Outcome<VerifyResult>> {
  const { progress = silent } = options;
  progress.start("verify");
  const verified = await verifyAny(options.path, limitsOf(options.maxSizeMb));
  const diagnostics = sortDiagnostics(verified.findings);
  const { kind, description, parts } = verified;
  const files = parts.reduce((sum, { manifest }) => sum + (manifest?.files.length ?? 0), 0);
  progress.done("verify", counted(files, "file"));
  return {
    ok: isClean(diagnostics),
    diagnostics,
    result: {
      kind,
      name: description?.name ?? null,
      version: description?.version ?? null,
      gitCommit: description?.gitCommit ?? null,
      gitDirty: description?.gitDirty ?? null,
      parts: parts.map(({ kind, path, manifest, bytes, sha256 }) => {
        return { kind, path, files: manifest?.files.length ?? null, bytes, sha256 };
      }),
      checks: checksOf(verified),
    },
  };
}

/** Only what could be looked at. */
function checksOf({ kind, parts }: Verified): string[] {
  const reached = (...depths: readonly Depth[]): boolean =>
    parts.length > 0 && parts.every(({ depth }) => depths.includes(depth));
  const isWholeRelease = kind === "release" && parts.length === 2;
  const isOnDisk = kind === "code" || kind === "dags";
  const checks: [string, boolean][] = [
    ["how big it would be", !isOnDisk && reached("sizes", "entries", "content")],
    ["every entry's name, type and mode, and that no two are one file", !isOnDisk && reached("entries", "content")],
    [
      "every file's size, sha256 and CRC against its manifest; none missing, none added",
      !isOnDisk && reached("content"),
    ],
    ["every file's type, size and sha256 against its manifest; none missing", kind === "dags" && reached("content")],
    [
      "every file's type, size and sha256 against its manifest; none missing, none added",
      kind === "code" && reached("content"),
    ],
    ["that both zips are the ones the release manifest lists", isWholeRelease],
    [
      "that every task and every DAG file is of the build its manifest describes",
      reached("content") && (kind !== "release" || isWholeRelease),
    ],
    ["not: whether it is the zip that was released; the release manifest says that", kind === "zip"],
  ];
  return checks.flatMap(([check, wasMade]) => (wasMade ? [check] : []));
}

/** What {@link deployRelease} takes. */
export interface DeployOptions extends PlaceOptions {
  /** The release manifest; the zips are beside it. */
  readonly release: string;
  /** How the DAG files are to lie there. Default: as this version's do already, else as files. */
  readonly dagsAs?: DagsAs;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** As for {@link VerifyOptions}. */
  readonly maxSizeMb?: number;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What a deploy did, or would do. */
export interface DeployResult extends Deployed {
  /** The release name. */
  readonly name: string;
  /** The release's version. */
  readonly version: string;
  /** Null outside git. */
  readonly gitCommit: string | null;
  /** Null outside git. */
  readonly gitDirty: boolean | null;
  /** Whether it was only said. */
  readonly dryRun: boolean;
  /** Absolute, without links. */
  readonly codeMounts: readonly string[];
  /** Whether they are the environment's. */
  readonly codeMountsFromEnvironment: boolean;
  /** Absolute, without links; null where none was given. */
  readonly dags: string | null;
  /** Null where no DAGs folder was given. */
  readonly dagsAs: DagsAs | null;
  /** In the order in which they are taken. */
  readonly steps: readonly DeployStep[];
  /** How many steps there are of each kind. */
  readonly counts: Partial<Record<DeployAction, number>>;
  /** Shell commands that undo it, in their order; none where nothing was changed. */
  readonly takeBack: readonly string[];
}

/** See `deployRelease` in `build.ts`. */
export async function deployRelease(options: DeployOptions): Promise<Outcome<DeployResult>> {
  const { release: file, dagsAs: asked = null, dryRun = false, progress = silent } = options;
  const places = await placesOf(options);
  const { codeMounts, dags } = places;
  progress.start("verify");
  const verified = await verifyReleaseManifest(file, limitsOf(options.maxSizeMb));
  const deployable = deployableOf(verified);
  if (deployable === null) {
    progress.done("verify", "not whole");
    return { ok: false, diagnostics: sortDiagnostics(verified.findings), result: null };
  }
  const { wanted, codeZip, workflowZip } = deployable;
  const files = wanted.code.files.length + wanted.workflows.files.length;
  progress.done(
    "verify",
    `${path.basename(codeZip.file)}, ${path.basename(workflowZip.file)}: ${counted(files, "file")}`,
  );

  progress.start("look");
  const targets = { codeMounts, dags, dagsAs: asked };
  const plan = await surveyAndPlan(wanted, targets);
  const { steps, dagsAs, findings } = plan;
  const counts = countSteps(steps);
  progress.done("look", `${counted(steps.length, "place")}, ${counts.same ?? 0} as they are to be`);

  const isRefused = findings.length > 0;
  const deployed =
    dryRun || isRefused ? { removedLeftovers: [], kept: [] } : await applyPlan(deployable, plan, targets, progress);
  return {
    ok: !isRefused,
    diagnostics: sortDiagnostics(findings),
    result: {
      name: wanted.name,
      version: wanted.version,
      gitCommit: verified.release?.gitCommit ?? null,
      gitDirty: verified.release?.gitDirty ?? null,
      dryRun,
      codeMounts,
      codeMountsFromEnvironment: places.fromEnvironment,
      dags,
      dagsAs,
      steps,
      counts,
      ...deployed,
      takeBack: dryRun || isRefused ? [] : takeBackCommands(steps, deployed.kept),
    },
  };
}

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
