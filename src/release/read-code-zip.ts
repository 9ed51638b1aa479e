import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { ArtifactManifest, ReleaseManifest } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { releaseName } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { CODE_MANIFEST } from "./layout.js";
import { ContentDiffers } from "./listed-content.js";
import { verifyReleaseManifest } from "./verify-release.js";
import { verifiedFiles, type VerifiedZip } from "./verify-zip.js";
import { DEFAULT_LIMITS } from "./zip-directory.js";

/** A released code zip, verified. */
export interface ReleasedCode {
  readonly name: string;
  readonly version: string;
  readonly workflows: ReleaseManifest["workflows"];
  /** What the zip holds, read one after another, and none kept; paths begin with the release's folder. */
  readonly entries: AsyncIterable<FileEntry>;
}

const ENDING = "_code.zip";

/**
 * Verifies a code zip against the release manifest beside it.
 *
 * @param file - `<name>_<version>_code.zip`
 * @throws DkistCoreError BAD_ARTIFACT when it is not what was released; says the first reason
 */
export async function readCodeZip(file: string): Promise<ReleasedCode> {
  if (!file.endsWith(ENDING)) {
    const message = `a code zip is called <name>_<version>${ENDING}`;
    throw notReleased(file, message, "give the code zip that build has written");
  }
  const releaseFile = `${file.slice(0, -ENDING.length)}.json`;
  const { release, zips, findings } = await verifyReleaseManifest(releaseFile, DEFAULT_LIMITS, ["code"]);
  const [first] = findings;
  if (first !== undefined) throw notReleased(first.location.file ?? file, first.message, first.hint);
  const code = zips.code;
  if (release === null || code?.manifest == null) throw notReleased(file, "it is no release");
  if (path.basename(code.file) !== path.basename(file)) {
    throw notReleased(file, `${path.basename(releaseFile)} lists another zip, ${path.basename(code.file)}`);
  }
  const { name, version, workflows } = release;
  return { name, version, workflows, entries: entriesOf(code, code.manifest) };
}

async function* entriesOf(zip: VerifiedZip, manifest: ArtifactManifest): AsyncGenerator<FileEntry> {
  const folder = releaseName(manifest.name, manifest.version);
  try {
    for await (const { listed, content } of verifiedFiles(zip, manifest)) {
      yield {
        path: `${folder}/${listed.path}`,
        content: await buffer(content as AsyncIterable<Buffer>),
        executable: listed.mode === "755",
      };
    }
  } catch (cause) {
    if (!(cause instanceof ContentDiffers)) throw cause;
    throw notReleased(zip.file, `${path.basename(zip.file)} ${cause.message}`);
  }
  yield { path: `${folder}/${CODE_MANIFEST}`, content: zip.manifestText, executable: false };
}

function notReleased(file: string, message: string, hint?: string): DkistCoreError {
  return new DkistCoreError("BAD_ARTIFACT", message, { ...(hint === undefined ? {} : { hint }), location: { file } });
}
