import path from "node:path";
import type { FilesManifest } from "../model/artifact.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { releaseName } from "../model/naming.js";
import { finding } from "./finding.js";
import { CODE_MANIFEST, CODE_RELEASE } from "./layout.js";
import { look, namesIn, readManifestText } from "./look.js";
import type { ReadRelease } from "./manifest-schema.js";
import { readFilesManifest, readReleaseManifest } from "./read-manifest.js";
import { verifyFolder } from "./verify-files.js";
import { checkBuild } from "./verify-release.js";

/** A release's folder under a CODE_MOUNT. */
export interface DeployedCode {
  readonly folder: string;
  /** Null where it cannot be trusted. */
  readonly manifest: FilesManifest | null;
  /** Null where deploy has left none, and where it cannot be trusted. */
  readonly release: ReadRelease | null;
  readonly findings: readonly Diagnostic[];
}

/**
 * Reads and verifies a release's folder.
 *
 * @param how - `quick`: its manifests alone
 * @throws DkistCoreError BAD_ARTIFACT when something in it cannot be read
 */
export async function verifyCodeFolder(folder: string, how: "whole" | "quick" = "whole"): Promise<DeployedCode> {
  const nothing = { folder, manifest: null, release: null };
  const manifestFile = path.join(folder, CODE_MANIFEST);
  const manifestText = await readManifestText(manifestFile);
  if (manifestText === null) {
    const message = `${path.basename(folder)} is no release: it has no ${CODE_MANIFEST}`;
    return { ...nothing, findings: [finding("BAD_MANIFEST", folder, message)] };
  }
  const { value: manifest, findings } = readFilesManifest(manifestText, manifestFile);
  if (manifest === null) return { ...nothing, findings };
  if (manifest.kind !== "code" || releaseName(manifest.name, manifest.version) !== path.basename(folder)) {
    const message = `the manifest is of the ${manifest.kind} of ${manifest.name} ${manifest.version}, not of ${path.basename(folder)}`;
    return { ...nothing, findings: [finding("BAD_MANIFEST", manifestFile, message)] };
  }
  const releaseFile = path.join(folder, CODE_RELEASE);
  const releaseText = await readManifestText(releaseFile);
  const read = releaseText === null ? { value: null, findings: [] } : readReleaseManifest(releaseText, releaseFile);
  return {
    folder,
    manifest,
    release: read.value,
    findings: [
      ...(how === "quick" ? [] : await verifyFolder(folder, manifest, [CODE_MANIFEST, CODE_RELEASE])),
      ...read.findings,
      ...(read.value === null ? [] : checkBuild(releaseFile, read.value, manifest)),
    ],
  };
}

/** What stands in the place of a release's folder. */
export type CodeThere =
  | { readonly state: "absent" }
  | { readonly state: "release"; readonly digest: string; readonly isWhole: boolean }
  /** @param why - to be read after the folder's name */
  | { readonly state: "unknown"; readonly why: string };

/**
 * @param digest - of the code that is to be there: only this one's files are looked at
 * @param how - `quick`: never look at files
 */
export async function surveyCode(folder: string, digest: string, how: "whole" | "quick" = "whole"): Promise<CodeThere> {
  const found = await look(folder);
  if (found === null) return { state: "absent" };
  if (found.kind !== "folder") return { state: "unknown", why: found.kind === "link" ? "is a link" : "is no folder" };
  // A folder can be renamed onto an empty one.
  if ((await namesIn(folder)).length === 0) return { state: "absent" };
  const { manifest } = await verifyCodeFolder(folder, "quick");
  if (manifest === null) return { state: "unknown", why: "is a folder without a release's manifest" };
  const isWhole =
    manifest.digest !== digest || how === "quick" || (await verifyCodeFolder(folder)).findings.length === 0;
  return { state: "release", digest: manifest.digest, isWhole };
}
