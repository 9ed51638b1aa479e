import path from "node:path";
import type { FilesManifest, ManifestFile } from "../model/artifact.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { finding } from "./finding.js";
import { ContentDiffers, drain, listedContent } from "./listed-content.js";
import { contentOf, filesBelow, look, type Found } from "./look.js";
import { unreadable } from "./unreadable.js";

/**
 * Verifies that a folder holds what its manifest lists, all of it and nothing else.
 *
 * @param own - names at its top that the manifest cannot list, its own among them
 * @throws DkistCoreError BAD_ARTIFACT when the folder cannot be read
 */
export async function verifyFolder(
  folder: string,
  manifest: FilesManifest,
  own: readonly string[],
): Promise<Diagnostic[]> {
  const found = await filesBelow(folder);
  const listed = new Set([...own, ...manifest.files.map((file) => file.path)]);
  const unlisted = found.filter((name) => !listed.has(name) && !isKeptByNfs(name));
  return [
    ...(await verifyFiles(folder, manifest.files)),
    ...unlisted.map((name) =>
      finding("FILE_UNLISTED", path.join(folder, name), `${name} is in no manifest: it was added later`, "remove it"),
    ),
  ];
}

/**
 * Verifies that files are there as a manifest lists them, whatever else is in their folder.
 *
 * @throws DkistCoreError BAD_ARTIFACT when a file cannot be read
 */
export async function verifyFiles(folder: string, files: readonly ManifestFile[]): Promise<Diagnostic[]> {
  const findings: Diagnostic[] = [];
  for (const listed of files) {
    const file = path.join(folder, listed.path);
    try {
      const found = await look(file);
      if (found === null) {
        const message = `${listed.path} is listed in the manifest, and is not there`;
        findings.push(finding("FILE_MISSING", file, message, "deploy the release again"));
        continue;
      }
      refuseOther(found, listed);
      await drain(listedContent(contentOf(file), listed));
    } catch (cause) {
      if (!(cause instanceof ContentDiffers)) throw unreadable(file, cause);
      findings.push(finding("DAMAGED", file, `${listed.path} ${cause.message}`, "deploy the release again"));
    }
  }
  return findings;
}

/** By what can be seen from outside. */
function refuseOther({ kind, bytes, isProgram }: Found, listed: ManifestFile): void {
  if (kind !== "file") throw new ContentDiffers(kind === "link" ? "is a link" : "is no regular file");
  if (isProgram !== (listed.mode === "755")) {
    throw new ContentDiffers(isProgram ? "is a program, and is listed as none" : "is no program, and is listed as one");
  }
  if (bytes !== listed.bytes) throw new ContentDiffers(`has ${bytes} bytes, not ${listed.bytes} as listed`);
}

/** A file that was removed while a task had it open lives on under such a name. */
function isKeptByNfs(name: string): boolean {
  return /^\.nfs[0-9A-Fa-f]+$/.test(path.basename(name));
}
