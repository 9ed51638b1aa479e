import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Outcome } from "./build.js";
import { putInPlace, writeDurably } from "./disk/staged-files.js";
import { DkistCoreError, isClean, sortDiagnostics } from "./model/diagnostics.js";
import { nearestName } from "./model/nearest-name.js";
import type { Progress } from "./model/progress.js";
import { byVersion } from "./model/version-order.js";
import { placesOf, type PlaceOptions } from "./release-places.js";
import { verifyCodeFolder } from "./release/survey-code.js";
import { surveyDags, verifyDags, type DeployedDags } from "./release/survey-dags.js";
import { loadTemplates } from "./render/engine.js";
import { latestFileName, readLatest, renderLatest } from "./render/latest.js";

/** What {@link promoteRelease} takes. */
export interface PromoteOptions extends PlaceOptions {
  /** The version that the alias DAGs shall start. */
  readonly version: string;
  /** The release's name; needed only where releases of several names have this version. */
  readonly name?: string;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What a promotion did, or would do. */
export interface PromoteResult {
  /** The release name. */
  readonly name: string;
  /** The version that is promoted now. */
  readonly version: string;
  /** What was promoted before; null where nothing was. */
  readonly previous: string | null;
  /** The file of the alias DAGs, absolute. */
  readonly file: string;
  /** Sorted. */
  readonly dagIds: readonly string[];
  /** Whether it was only said. */
  readonly dryRun: boolean;
}

/** See `promoteRelease` in `build.ts`. */
export async function promoteRelease(options: PromoteOptions): Promise<Outcome<PromoteResult>> {
  const { version, dryRun = false, progress } = options;
  const { codeMounts, dags } = await placesOf(options);
  if (dags === null) {
    throw new DkistCoreError("BAD_USAGE", "promote writes DAG files", { hint: "give --dags FOLDER" });
  }
  progress?.start("verify");
  const deployed = chosen(await surveyDags(dags), version, options.name);
  const findings = await verifyDags(deployed);
  for (const mount of codeMounts) {
    findings.push(...(await verifyCodeFolder(path.join(mount, deployed.release))).findings);
  }
  progress?.done("verify", deployed.release);
  const diagnostics = sortDiagnostics(findings);
  const { manifest } = deployed;
  if (!isClean(findings) || manifest === null) return { ok: false, diagnostics, result: null };

  const file = path.join(dags, latestFileName(manifest.name));
  const previous = await promotedIn(file, manifest.name);
  const text = renderLatest(manifest, loadTemplates());
  if (!dryRun) await putInPlace([{ target: file, write: (temporary) => writeDurably(temporary, text) }]);
  const dagIds = manifest.workflows.map(({ workflowName }) => `${workflowName}_latest`).sort();
  return { ok: true, diagnostics, result: { name: manifest.name, version, previous, file, dagIds, dryRun } };
}

/** The one release of this version. */
function chosen(deployed: readonly DeployedDags[], version: string, name: string | undefined): DeployedDags {
  const known = deployed.filter(({ manifest }) => manifest !== null && (name === undefined || manifest.name === name));
  const found = known.filter(({ manifest }) => manifest?.version === version);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (second !== undefined) {
    const names = found.map(({ manifest }) => manifest?.name ?? "").join(" and ");
    throw new DkistCoreError("BAD_USAGE", `${names} both have a version ${version} here`, { hint: "give --name NAME" });
  }
  const versions = known.map(({ manifest }) => manifest?.version ?? "").sort(byVersion);
  const near = nearestName(version, versions);
  throw new DkistCoreError("BAD_USAGE", `no release here is of version ${version}`, {
    hint:
      near === undefined
        ? versions.length === 0
          ? "deploy it first, with this --dags"
          : `the versions here are ${versions.join(", ")}`
        : `did you mean ${near}?`,
  });
}

/** What a file of alias DAGs promotes now; one that somebody else has written is not replaced. */
async function promotedIn(file: string, name: string): Promise<string | null> {
  if (!existsSync(file)) return null;
  const promotion = readLatest(await readFile(file, "utf8"));
  if (promotion?.name === name) return promotion.version;
  throw new DkistCoreError("BAD_USAGE", `${file} is there already, and is no file of ${name}'s alias DAGs`, {
    hint: "move it away, then promote again",
  });
}
