import path from "node:path";
import type { Outcome } from "./build.js";
import { counted } from "./model/counted.js";
import { sortDiagnostics } from "./model/diagnostics.js";
import { silent } from "./model/progress.js";
import { placesOf, type PlaceOptions } from "./release-places.js";
import { applyPlan, surveyAndPlan, type Deployed } from "./release/deploy.js";
import { countSteps, type DagsAs, type DeployAction, type DeployStep } from "./release/deploy-plan.js";
import { deployableOf } from "./release/deployable.js";
import { takeBackCommands } from "./release/take-back.js";
import { verifyReleaseManifest } from "./release/verify-release.js";
import { limitsOf } from "./release/zip-directory.js";
import type { VerifyOptions } from "./verify.js";

/** What {@link deployRelease} takes. */
export interface DeployOptions extends PlaceOptions, Pick<VerifyOptions, "maxSizeMb" | "progress"> {
  /** The release manifest; the zips are beside it. */
  readonly release: string;
  /** How the DAG files are to lie there. Default: as this version's do already, else as files. */
  readonly dagsAs?: DagsAs;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
}

/** What a deploy did, or would do. */
export interface DeployResult extends Deployed {
  /** The release name. */
  readonly name: string;
  /** The release's version. */
  readonly version: string;
  /** Null where the release was built from no commit. */
  readonly gitCommit: string | null;
  /** Null where there is no commit, and where git could not say it. */
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
