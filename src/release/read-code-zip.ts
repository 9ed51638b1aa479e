import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { ReleaseManifest } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { byCodeUnit, releaseName } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { verifyReleaseManifest } from "./verify-release.js";
import { readVerifiedZip } from "./verify-zip.js";
import { DEFAULT_LIMITS } from "./zip-directory.js";

/** A released code zip, read and verified. */
export interface ReleasedCode {
  readonly name: string;
  readonly version: string;
  readonly workflows: ReleaseManifest["workflows"];
  /** What the zip holds; paths begin with the release's folder. */
  readonly entries: readonly FileEntry[];
}

const ENDING = "_code.zip";

/**
 * Reads a code zip that is verified against the release manifest beside it.
 *
 * @param file - `<name>_<version>_code.zip`
 * @throws DkistCoreError BAD_ARTIFACT when it is not what was released; says the first reason
 */
export async function readCodeZip(file: string): Promise<ReleasedCode> {
  if (!file.endsWith(ENDING)) {
    throw notReleased(
      file,
      `a code zip is called <name>_<version>${ENDING}`,
      "give the code zip that build has written",
    );
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
  const folder = releaseName(name, version);
  const entries: FileEntry[] = [{ path: `${folder}/manifest.json`, content: code.manifestText, executable: false }];
  await readVerifiedZip(code, code.manifest, async (listed, content) => {
    entries.push({
      path: `${folder}/${listed.path}`,
      content: await buffer(content as AsyncIterable<Buffer>),
      executable: listed.mode === "755",
    });
  });
  return { name, version, workflows, entries: entries.sort((a, b) => byCodeUnit(a.path, b.path)) };
}

function notReleased(file: string, message: string, hint?: string): DkistCoreError {
  return new DkistCoreError("BAD_ARTIFACT", message, { ...(hint === undefined ? {} : { hint }), location: { file } });
}
