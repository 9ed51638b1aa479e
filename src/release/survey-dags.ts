import path from "node:path";
import type { FilesManifest } from "../model/artifact.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { releaseName } from "../model/naming.js";
import { finding } from "./finding.js";
import { dagsLayout } from "./layout.js";
import { look, namesIn, readHead, readManifestText, sha256OfFile } from "./look.js";
import type { ReadRelease } from "./manifest-schema.js";
import { readFilesManifest, readReleaseManifest } from "./read-manifest.js";
import { verifyFiles } from "./verify-files.js";
import { checkBuild } from "./verify-release.js";
import { readZipManifest, verifyZip } from "./verify-zip.js";
import { DEFAULT_LIMITS } from "./zip-directory.js";

/** One release's DAG files in a DAGs folder, as its manifest there says. */
export interface DeployedDags {
  /** `<name>_<version>`, by the name of the manifest or zip. */
  readonly release: string;
  readonly as: "files" | "zip";
  /** The manifest, or the zip with the manifest in it. */
  readonly file: string;
  /** Null where it cannot be trusted. */
  readonly manifest: FilesManifest | null;
  /** Null where deploy has left none, and where it cannot be trusted. */
  readonly facts: ReadRelease | null;
  readonly findings: readonly Diagnostic[];
}

/** A DAG file at the top of a DAGs folder. */
export interface DagFileThere {
  readonly isFile: boolean;
  /** Null for what is no file. */
  readonly sha256: string | null;
  /** The release that the file says it is of; null where it says nothing. */
  readonly release: string | null;
}

/**
 * Every release that has its manifest or its zip in a DAGs folder, sorted by name.
 *
 * @throws DkistCoreError BAD_ARTIFACT when something in it cannot be read
 */
export async function surveyDags(folder: string): Promise<DeployedDags[]> {
  const found: DeployedDags[] = [];
  for (const name of await namesIn(folder)) {
    const [, ofFiles, ofZip] = /^(?:([^.].*)\.manifest\.json|([^.].*)_workflows\.zip)$/s.exec(name) ?? [];
    const release = ofFiles ?? ofZip;
    if (release === undefined) continue;
    const file = path.join(folder, name);
    const as = ofZip === undefined ? "files" : "zip";
    const text = as === "zip" ? "" : await readManifestText(file);
    if (text === null) continue; // removed since
    const { value, findings } = as === "zip" ? await readZipManifest(file) : readFilesManifest(text, file);
    const isOfThis = value?.kind === "workflows" && releaseName(value.name, value.version) === release;
    if (value !== null && !isOfThis) {
      const message = `${name} is the manifest of ${value.name} ${value.version}`;
      found.push({
        release,
        as,
        file,
        manifest: null,
        facts: null,
        findings: [finding("BAD_MANIFEST", file, message)],
      });
    } else {
      found.push({ release, as, file, manifest: value, ...(await factsOf(folder, value, findings)) });
    }
  }
  return found;
}

async function factsOf(
  folder: string,
  manifest: FilesManifest | null,
  findings: readonly Diagnostic[],
): Promise<Pick<DeployedDags, "facts" | "findings">> {
  if (manifest === null) return { facts: null, findings };
  const file = path.join(folder, dagsLayout(manifest).release);
  const text = await readManifestText(file);
  if (text === null) return { facts: null, findings };
  const read = readReleaseManifest(text, file);
  return { facts: read.value, findings: [...findings, ...read.findings] };
}

/**
 * Verifies one release's DAG files.
 *
 * @throws DkistCoreError BAD_ARTIFACT when one cannot be read
 */
export async function verifyDags({ as, file, manifest, facts, findings }: DeployedDags): Promise<Diagnostic[]> {
  if (as === "zip") {
    const zip = await verifyZip(file, DEFAULT_LIMITS);
    return [...zip.findings, ...(manifest === null ? [] : findings), ...builds(file, facts, manifest)];
  }
  if (manifest === null) return [...findings];
  return [...findings, ...(await verifyFiles(path.dirname(file), manifest.files)), ...builds(file, facts, manifest)];
}

function builds(file: string, facts: ReadRelease | null, manifest: FilesManifest | null): Diagnostic[] {
  return facts === null || manifest === null ? [] : checkBuild(file, facts, manifest);
}

/** @returns null when there is nothing of that name */
export async function dagFileThere(file: string): Promise<DagFileThere | null> {
  const found = await look(file);
  if (found === null) return null;
  if (found.kind !== "file") return { isFile: false, sha256: null, release: null };
  return { isFile: true, sha256: await sha256OfFile(file), release: await releaseIn(file) };
}

/** The rendered line that names the release; far enough down for templates of the user's own. */
const HEAD_BYTES = 16_384;
const RELEASE_LINE = /^RELEASE = ("(?:[^"\\\n]|\\.)*")/m;

/**
 * The release that a DAG file says it is of.
 *
 * @returns null where it says nothing
 */
export async function releaseIn(file: string): Promise<string | null> {
  const [, literal] = RELEASE_LINE.exec(await readHead(file, HEAD_BYTES)) ?? [];
  if (literal === undefined) return null;
  try {
    // A release's name is of characters that mean the same in Python and in JSON.
    return JSON.parse(literal) as string;
  } catch {
    return null;
  }
}
