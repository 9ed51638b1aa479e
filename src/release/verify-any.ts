import path from "node:path";
import type { Artifact, FilesManifest } from "../model/artifact.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { finding } from "./finding.js";
import { CODE_MANIFEST, CODE_RELEASE } from "./layout.js";
import { look } from "./look.js";
import type { ReadRelease } from "./manifest-schema.js";
import { verifyCodeFolder } from "./survey-code.js";
import { surveyDags, verifyDags } from "./survey-dags.js";
import { unreadable } from "./unreadable.js";
import { checkReport, verifyReleaseManifest } from "./verify-release.js";
import { verifyZip, type Depth, type VerifiedZip } from "./verify-zip.js";
import type { Limits } from "./zip-directory.js";

/** What was verified, and what came of it. */
export interface Verified {
  /** `release`: a release manifest and its zips. `zip`: one zip, alone. `code`: a folder under a CODE_MOUNT. `dags`: DAG files in a DAGs folder. */
  readonly kind: "release" | "zip" | "code" | "dags";
  readonly parts: readonly VerifiedPart[];
  /** Null where there is none, or none to be trusted. */
  readonly release: ReadRelease | null;
  readonly findings: readonly Diagnostic[];
}

/** One zip or folder. */
export interface VerifiedPart {
  readonly kind: Artifact["kind"] | null;
  readonly path: string;
  readonly manifest: FilesManifest | null;
  /** Of a zip. */
  readonly sha256: string | null;
  /** Unpacked. */
  readonly bytes: number;
  readonly depth: Depth;
}

/**
 * Verifies whatever of a release a path names: a release manifest with its zips, a zip, a deployed folder of code, or the
 * manifest of deployed DAG files.
 *
 * @throws DkistCoreError BAD_ARTIFACT when it cannot be read
 */
export async function verifyAny(file: string, limits: Limits): Promise<Verified> {
  const found = await look(file, "follow");
  if (found === null) throw unreadable(file, new Error("there is nothing of that name"));
  const name = path.basename(file);
  if (found.kind === "folder") return codeFolder(file);
  if (name === CODE_MANIFEST || name === CODE_RELEASE) return codeFolder(path.dirname(file));
  if (name.endsWith(".manifest.json")) return dagFiles(file);
  return name.endsWith(".json") ? wholeRelease(file, limits) : zipAlone(file, limits);
}

async function wholeRelease(file: string, limits: Limits): Promise<Verified> {
  const { release, zips, findings } = await verifyReleaseManifest(file, limits);
  return {
    kind: "release",
    release,
    parts: [zips.code, zips.workflows].flatMap((zip) => (zip === undefined ? [] : [partOf(zip)])),
    findings: [...findings, ...(release === null ? [] : await checkReport(file, release))],
  };
}

async function zipAlone(file: string, limits: Limits): Promise<Verified> {
  const zip = await verifyZip(file, limits);
  return { kind: "zip", release: null, parts: [partOf(zip)], findings: zip.findings };
}

function partOf({ file, manifest, sha256, unpackedBytes, depth }: VerifiedZip): VerifiedPart {
  return { kind: manifest?.kind ?? null, path: file, manifest, sha256, bytes: unpackedBytes, depth };
}

async function codeFolder(folder: string): Promise<Verified> {
  // By its real name: `.` and a folder with a slash behind it have none.
  const { manifest, release, findings } = await verifyCodeFolder(path.resolve(folder));
  return { kind: "code", release, parts: [onDisk("code", folder, manifest)], findings };
}

async function dagFiles(file: string): Promise<Verified> {
  const deployed = (await surveyDags(path.dirname(file))).find(
    (one) => path.basename(one.file) === path.basename(file),
  );
  if (deployed === undefined) {
    const findings = [finding("BAD_MANIFEST", file, `${path.basename(file)} is no manifest of DAG files`)];
    return { kind: "dags", release: null, parts: [], findings };
  }
  const findings = await verifyDags(deployed);
  return { kind: "dags", release: deployed.facts, parts: [onDisk("workflows", file, deployed.manifest)], findings };
}

function onDisk(kind: Artifact["kind"], file: string, manifest: FilesManifest | null): VerifiedPart {
  const bytes = (manifest?.files ?? []).reduce((sum, listed) => sum + listed.bytes, 0);
  return { kind, path: file, manifest, sha256: null, bytes, depth: manifest === null ? "nothing" : "content" };
}
