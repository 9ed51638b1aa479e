import path from "node:path";
import type { Artifact, ArtifactManifest, ReleaseDescription } from "../model/artifact.js";
import { digestOf } from "../model/digest.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { byCodeUnit, dagFileName, releaseName } from "../model/naming.js";
import { finding } from "./finding.js";
import { look, readManifestText, sha256OfFile } from "./look.js";
import type { ReadRelease } from "./manifest-schema.js";
import { readReleaseManifest } from "./read-manifest.js";
import { unreadable } from "./unreadable.js";
import { verifyZip, type VerifiedZip } from "./verify-zip.js";
import type { Limits } from "./zip-directory.js";

type Kind = Artifact["kind"];

/** A release manifest with the zips beside it, verified. */
export interface VerifiedRelease {
  /** Null where it cannot be trusted; the findings say why. */
  readonly release: ReadRelease | null;
  /** Those that are there. */
  readonly zips: Readonly<Partial<Record<Kind, VerifiedZip>>>;
  readonly findings: readonly Diagnostic[];
}

/**
 * Verifies a release: its manifest is the commit point, so the zips beside it must be the very ones that it lists, each
 * whole, and both of that build.
 *
 * @param file - the release manifest
 * @param kinds - the zips that are wanted
 * @throws DkistCoreError BAD_ARTIFACT when a file cannot be read
 */
export async function verifyReleaseManifest(
  file: string,
  limits: Limits,
  kinds: readonly Kind[] = ["code", "workflows"],
): Promise<VerifiedRelease> {
  const text = await readManifestText(file);
  if (text === null) throw unreadable(file, new Error("there is nothing of that name"));
  const { value: release, findings } = readReleaseManifest(text, file);
  if (release === null) return { release, zips: {}, findings };
  const zips: Partial<Record<Kind, VerifiedZip>> = {};
  const found: Diagnostic[] = [];
  for (const kind of kinds) {
    const { zip, findings } = await verifyArtifact(file, release, kind, limits);
    if (zip !== undefined) zips[kind] = zip;
    found.push(...findings);
    if (zip !== undefined && zip.manifest !== null) found.push(...checkBuild(file, release, zip.manifest));
  }
  return { release, zips, findings: found };
}

async function verifyArtifact(
  file: string,
  release: ReadRelease,
  kind: Kind,
  limits: Limits,
): Promise<{ zip?: VerifiedZip; findings: readonly Diagnostic[] }> {
  const fileName = `${releaseName(release.name, release.version)}_${kind}.zip`;
  const [listed, another] = release.artifacts.filter((artifact) => artifact.kind === kind);
  if (listed?.path !== fileName || another !== undefined) {
    return {
      findings: [finding("BAD_MANIFEST", file, `${path.basename(file)} must list one ${kind} zip, ${fileName}`)],
    };
  }
  const zipFile = path.join(path.dirname(file), fileName);
  if ((await look(zipFile, "follow")) === null) {
    const message = `${fileName} is listed in ${path.basename(file)}, and is not there`;
    return { findings: [finding("FILE_MISSING", zipFile, message, "copy all files of the release together")] };
  }
  const zip = await verifyZip(zipFile, limits);
  if (zip.sha256 === listed.sha256) return { zip, findings: zip.findings };
  const isWhole = zip.findings.length === 0;
  const message = isWhole
    ? `${fileName} is whole, but of another build than ${path.basename(file)}`
    : `${fileName} is not the zip that ${path.basename(file)} lists: its sha256 is another one`;
  const hint = "copy all files of the release together, or build it again";
  return { zip, findings: [...zip.findings, finding(isWhole ? "RELEASE_MIXED" : "DAMAGED", zipFile, message, hint)] };
}

/**
 * Whether the report page beside a release manifest is the release's own. It runs nothing, so it need not be there.
 *
 * @param file - the release manifest
 * @returns RELEASE_MIXED, as a warning
 */
export async function checkReport(file: string, { report }: ReadRelease): Promise<Diagnostic[]> {
  const page = path.join(path.dirname(file), report.path);
  if ((await look(page, "follow")) === null || (await sha256OfFile(page)) === report.sha256) return [];
  const message = `the report page ${report.path} is of another build than ${path.basename(file)}`;
  return [{ ...finding("RELEASE_MIXED", page, message), severity: "warning" }];
}

/**
 * Whether a code or a workflow manifest is of the release's own build: the digests in it are the ones that the release
 * lists, however its files came here.
 *
 * @param file - where the description is, as it is to be named
 * @param release - a manifest of the release: the release manifest, that of the other half, or its own
 * @returns RELEASE_MIXED
 */
export function checkBuild(file: string, release: ReleaseDescription, manifest: ArtifactManifest): Diagnostic[] {
  const other = `${manifest.name} ${manifest.version}`;
  if (manifest.name !== release.name || manifest.version !== release.version) {
    return [mixed(file, `the ${manifest.kind} are of ${other}, not of ${release.name} ${release.version}`)];
  }
  return manifest.kind === "code" ? checkTasks(file, release, manifest) : checkDagFiles(file, release, manifest);
}

function checkTasks(
  file: string,
  { bundles, workflows }: ReleaseDescription,
  manifest: ArtifactManifest,
): Diagnostic[] {
  const listed = new Map(bundles.map(({ taskName, digest }) => [taskName, digest]));
  const there = tasksOf(manifest);
  const names = new Set([
    ...listed.keys(),
    ...there.keys(),
    ...workflows.flatMap(({ nodes }) => nodes.map(({ taskName }) => taskName)),
  ]);
  return [...names].sort(byCodeUnit).flatMap((name) => {
    const [digest, expected] = [there.get(name), listed.get(name)];
    if (digest === undefined) return [mixed(file, `the task ${name} is not in the code`)];
    if (expected === undefined) return [mixed(file, `the task ${name} is in the code, and not in the release`)];
    return digest === expected ? [] : [mixed(file, `the task ${name} in the code is of another build`)];
  });
}

/** Each task's digest, as the release manifest has it. */
function tasksOf({ files }: ArtifactManifest): Map<string, string> {
  const byTask = new Map<string, (typeof files)[number][]>();
  for (const listed of files) {
    const [, task, below] = /^tasks\/([^/]+)\/(.+)$/s.exec(listed.path) ?? [];
    if (task === undefined || below === undefined) continue;
    byTask.set(task, [...(byTask.get(task) ?? []), { ...listed, path: below }]);
  }
  return new Map([...byTask].map(([task, own]) => [task, digestOf(own.sort((a, b) => byCodeUnit(a.path, b.path)))]));
}

function checkDagFiles(file: string, { workflows }: ReleaseDescription, { files }: ArtifactManifest): Diagnostic[] {
  const expected = workflows.map(({ dagId }) => dagFileName(dagId));
  const there = files.map((listed) => listed.path);
  return [
    ...expected.filter((name) => !there.includes(name)).map((name) => mixed(file, `there is no DAG file ${name}`)),
    ...there
      .filter((name) => !expected.includes(name))
      .map((name) => mixed(file, `the DAG file ${name} is of no workflow of the release`)),
  ];
}

function mixed(file: string, message: string): Diagnostic {
  return finding("RELEASE_MIXED", file, message, "copy all files of the release together, or build it again");
}
