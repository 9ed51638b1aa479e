import path from "node:path";
import type { ArtifactManifest } from "../model/artifact.js";
import type { Diagnostic, DiagnosticCode } from "../model/diagnostics.js";
import { releaseName } from "../model/naming.js";
import { DEFAULT_VERSION } from "../model/version.js";
import { finding } from "./finding.js";
import { dagsLayout, type ReleaseId } from "./layout.js";
import type { CodeThere } from "./survey-code.js";
import type { DagFileThere } from "./survey-dags.js";

/** What happens to one file or folder. `restore`: it is this release's, and damaged. */
export type DeployAction = "new" | "same" | "replace" | "restore" | "remove" | "refuse";

/** One line of a plan. */
export interface DeployStep {
  /** What happens to it. */
  readonly action: DeployAction;
  /** `code`: a release's folder; `dag`: a DAG file; `zip`: all DAG files in one; `manifest`: what is known of the DAG files. */
  readonly what: "code" | "dag" | "zip" | "manifest";
  /** Absolute. */
  readonly path: string;
}

/** How DAG files lie in a DAGs folder. */
export type DagsAs = "files" | "zip";

/** What is to be there. */
export interface Wanted extends ReleaseId {
  readonly code: ArtifactManifest;
  readonly workflows: ArtifactManifest;
}

/** A DAGs folder, as far as it matters to one release. */
export interface DagsThere {
  readonly folder: string;
  /** The release's own manifest in it; its digest is null where it cannot be read. */
  readonly manifest: { readonly digest: string | null; readonly files: ArtifactManifest["files"] } | null;
  /** The release's own zip; its digest is null where it cannot be read. */
  readonly zip: { readonly digest: string | null; readonly isWhole: boolean } | null;
  /** By name: the release's DAG files, those that it had before among them, as far as they are there. */
  readonly dagFiles: ReadonlyMap<string, DagFileThere>;
  /** By name: the other release that has a DAG file of this name here. */
  readonly claimed: ReadonlyMap<string, string>;
}

/** What is there already. */
export interface There {
  /** For each CODE_MOUNT; `folder` is the release's. */
  readonly code: readonly { readonly folder: string; readonly there: CodeThere }[];
  readonly dags: DagsThere | null;
}

/** Steps in the order in which they are taken: code first, then DAG files, then their manifest. */
export interface Plan {
  readonly steps: readonly DeployStep[];
  /** Null where there are no DAG files to deploy. */
  readonly dagsAs: DagsAs | null;
  /** Why steps are refused; with any of them, nothing is done. */
  readonly findings: readonly Diagnostic[];
}

/**
 * Decides what to do, from what is to be there and what is there.
 *
 * A version never changes once it is there, except `dev`; a DAG file of another release is never touched.
 *
 * @param asked - how the DAG files are to lie there; null: as they do already, else as files
 */
export function planDeployment(wanted: Wanted, there: There, asked: DagsAs | null): Plan {
  const { dags } = there;
  const dagsAs = dags === null ? null : (asked ?? (dags.zip === null ? "files" : "zip"));
  const judged = [
    ...there.code.map(({ folder, there }) => codeStep(wanted, folder, there)),
    ...(dags === null ? [] : dagsAs === "zip" ? zipSteps(wanted, dags) : fileSteps(wanted, dags)),
  ];
  return {
    dagsAs,
    steps: judged.map(({ action, what, path }) => ({ action, what, path })),
    findings: judged.flatMap(({ finding }) => (finding === undefined ? [] : [finding])),
  };
}

/** A step, and why it is refused. */
interface JudgedStep extends DeployStep {
  readonly finding?: Diagnostic;
}

function codeStep(wanted: Wanted, folder: string, there: CodeThere): JudgedStep {
  const step = (action: DeployAction): JudgedStep => ({ action, what: "code", path: folder });
  if (there.state === "absent") return step("new");
  if (there.state === "unknown") {
    const message = `${path.basename(folder)} ${there.why}: something else than dkist-core has put it there`;
    return refused("VERSION_TAKEN", "code", folder, message, "move it away, then deploy again");
  }
  if (there.digest === wanted.code.digest) return step(there.isWhole ? "same" : "restore");
  return isDev(wanted) ? step("replace") : otherContent(wanted, "code", folder);
}

function fileSteps(wanted: Wanted, there: DagsThere): JudgedStep[] {
  const own = releaseName(wanted.name, wanted.version);
  const names = dagsLayout(wanted);
  const at = (name: string): string => path.join(there.folder, name);
  if (there.zip !== null) {
    const message = `the DAGs of ${own} are here already, in ${names.zip}: Airflow would find each of them twice`;
    return [
      refused("VERSION_TAKEN", "zip", at(names.zip), message, "deploy with --dags-as zip, or remove the zip first"),
    ];
  }
  const { manifest } = there;
  const isThisBuild = manifest?.digest === wanted.workflows.digest;
  const isReadable = typeof manifest?.digest === "string";
  const isFree = !isReadable || isThisBuild || isDev(wanted);
  const dagSteps = wanted.workflows.files.map(({ path: name, sha256 }): JudgedStep => {
    const step = (action: DeployAction): JudgedStep => ({ action, what: "dag", path: at(name) });
    const claim = there.claimed.get(name);
    if (claim !== undefined) return ofAnother(at(name), claim);
    const found = there.dagFiles.get(name);
    if (found === undefined) return step("new");
    if (found.sha256 === sha256) return step("same");
    const isListed = manifest?.files.some((file) => file.path === name) === true;
    // Templates of the user's own may leave out the line that says whose a DAG file is.
    const isOwn = found.isFile && (found.release === own || (found.release === null && isListed));
    if (!isOwn) return ofAnother(at(name), found.release);
    if (isDev(wanted)) return step("replace");
    return isThisBuild ? step("restore") : otherContent(wanted, "dag", at(name));
  });
  const kept = new Set(wanted.workflows.files.map((file) => file.path));
  const removed = (isDev(wanted) && !isThisBuild ? (manifest?.files ?? []) : [])
    .filter(({ path: name, sha256 }) => {
      const found = there.dagFiles.get(name);
      return !kept.has(name) && !there.claimed.has(name) && (found?.release === own || found?.sha256 === sha256);
    })
    .map(({ path: name }): JudgedStep => ({ action: "remove", what: "dag", path: at(name) }));
  const change = manifest === null ? "new" : isThisBuild ? "same" : isReadable ? "replace" : "restore";
  const manifestStep: JudgedStep = isFree
    ? { action: change, what: "manifest", path: at(names.manifest) }
    : otherContent(wanted, "manifest", at(names.manifest));
  return [...dagSteps, ...removed, manifestStep];
}

function zipSteps(wanted: Wanted, there: DagsThere): JudgedStep[] {
  const own = releaseName(wanted.name, wanted.version);
  const names = dagsLayout(wanted);
  const at = (name: string): string => path.join(there.folder, name);
  if (there.manifest !== null) {
    const message = `the DAGs of ${own} are here already, as files: Airflow would find each of them twice`;
    const hint = "deploy with --dags-as files, or remove the files first";
    return [refused("VERSION_TAKEN", "manifest", at(names.manifest), message, hint)];
  }
  const taken = wanted.workflows.files.flatMap(({ path: name }): JudgedStep[] => {
    const owner = there.claimed.get(name) ?? there.dagFiles.get(name)?.release ?? null;
    return there.claimed.has(name) || there.dagFiles.has(name) ? [ofAnother(at(name), owner)] : [];
  });
  const zipStep = (): JudgedStep => {
    const step = (action: DeployAction): JudgedStep => ({ action, what: "zip", path: at(names.zip) });
    if (there.zip === null) return step("new");
    if (there.zip.digest === wanted.workflows.digest) return step(there.zip.isWhole ? "same" : "restore");
    if (isDev(wanted)) return step("replace");
    if (there.zip.digest !== null) return otherContent(wanted, "zip", at(names.zip));
    const message = `${names.zip} is here already, and is no workflow zip that can be read`;
    return refused("VERSION_TAKEN", "zip", at(names.zip), message, "move it away, then deploy again");
  };
  return [...taken, zipStep()];
}

function isDev({ version }: ReleaseId): boolean {
  return version === DEFAULT_VERSION;
}

function otherContent(wanted: Wanted, what: DeployStep["what"], file: string): JudgedStep {
  const message = `${wanted.name} ${wanted.version} is here already, with other content`;
  return refused("VERSION_TAKEN", what, file, message, "a version never changes: build this one with a new version");
}

function ofAnother(file: string, owner: string | null): JudgedStep {
  const whose = owner === null ? "is of no release that deploy knows" : `belongs to ${owner}`;
  const hint = owner === null ? "move it away, then deploy again" : "rename one of the two workflows";
  return refused("DAG_TAKEN", "dag", file, `the DAG file ${path.basename(file)} ${whose}`, hint);
}

function refused(
  code: DiagnosticCode,
  what: DeployStep["what"],
  file: string,
  message: string,
  hint: string,
): JudgedStep {
  return { action: "refuse", what, path: file, finding: finding(code, file, message, hint) };
}

/** How many steps there are of each kind; none of those that do not occur. */
export function countSteps(steps: readonly DeployStep[]): Partial<Record<DeployAction, number>> {
  const counts: Partial<Record<DeployAction, number>> = {};
  for (const { action } of steps) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
