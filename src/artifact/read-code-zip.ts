import { readFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { Entry, ZipFile } from "yauzl";
import type { ArtifactManifest, ReleaseManifest } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { byCodeUnit, releaseName } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { digestOf, manifestFile, sha256 } from "./digest.js";
import { artifactManifestSchema, releaseManifestSchema } from "./manifest-schema.js";

/** A released code zip, read and checked. */
export interface ReleasedCode {
  readonly name: string;
  readonly version: string;
  readonly workflows: ReleaseManifest["workflows"];
  /** What the zip holds; paths begin with the release's folder. */
  readonly entries: readonly FileEntry[];
}

const ENDING = "_code.zip";
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
/** Far more than any release has files, each with its name and digest. */
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

/**
 * Reads a code zip and the release manifest beside it, and checks all there is to check: the zip is the one that was
 * released, it holds what its own manifest lists, with these digests, and no path leads out of the release's folder.
 *
 * @param file - `<name>_<version>_code.zip`
 * @throws DkistCoreError BAD_ARTIFACT
 */
export async function readCodeZip(file: string): Promise<ReleasedCode> {
  if (!file.endsWith(ENDING)) {
    throw bad(file, `is not called <name>_<version>${ENDING}`, "give the code zip that build has written");
  }
  const releaseFile = `${file.slice(0, -ENDING.length)}.json`;
  const release = parseManifest((await read(releaseFile)).toString("utf8"), releaseManifestSchema, releaseFile);
  const content = await read(file);
  const listed = release.artifacts.find(
    (artifact) => artifact.kind === "code" && artifact.path === path.basename(file),
  );
  if (listed?.sha256 !== sha256(content)) {
    throw bad(file, `is not the one that ${path.basename(releaseFile)} lists`, "build the release again");
  }
  const folder = releaseName(release.name, release.version);
  const entries = await readEntries(file, content, folder);
  return { name: release.name, version: release.version, workflows: release.workflows, entries };
}

async function readEntries(file: string, content: Buffer, folder: string): Promise<FileEntry[]> {
  const { fromBufferPromise } = await import("yauzl");
  let zip: ZipFile;
  try {
    zip = await fromBufferPromise(content, { validateEntrySizes: true, strictFileNames: true });
  } catch (cause) {
    throw bad(file, `cannot be read: ${reasonOf(cause)}`, undefined, cause);
  }
  try {
    const found = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      refuseUnsafe(file, entry, folder);
      if (found.has(entry.fileName)) throw bad(file, `holds ${entry.fileName} twice`);
      found.set(entry.fileName, entry);
    }
    const manifestEntry = found.get(`${folder}/manifest.json`);
    if (manifestEntry === undefined || manifestEntry.uncompressedSize > MAX_MANIFEST_BYTES) {
      throw bad(file, `holds no ${folder}/manifest.json`);
    }
    const manifestContent = await buffer(await zip.openReadStreamPromise(manifestEntry));
    const manifest = parseManifest(manifestContent.toString("utf8"), artifactManifestSchema, file);
    return [
      ...(await listedFiles(file, zip, found, folder, manifest)),
      { path: `${folder}/manifest.json`, content: manifestContent, executable: false },
    ].sort((a, b) => byCodeUnit(a.path, b.path));
  } catch (cause) {
    if (cause instanceof DkistCoreError) throw cause;
    throw bad(file, `cannot be read: ${reasonOf(cause)}`, undefined, cause);
  } finally {
    zip.close();
  }
}

async function listedFiles(
  file: string,
  zip: ZipFile,
  found: ReadonlyMap<string, Entry>,
  folder: string,
  manifest: Pick<ArtifactManifest, "digest" | "files">,
): Promise<FileEntry[]> {
  const paths = new Set(manifest.files.map((one) => `${folder}/${one.path}`));
  const unlisted = [...found.keys()].find((name) => !paths.has(name) && name !== `${folder}/manifest.json`);
  if (unlisted !== undefined) throw bad(file, `holds ${unlisted}, which its manifest does not list`);
  if (digestOf(manifest.files) !== manifest.digest) throw bad(file, "holds a manifest whose digest is wrong");
  const entries: FileEntry[] = [];
  for (const listed of manifest.files) {
    const name = `${folder}/${listed.path}`;
    const entry = found.get(name);
    // Before it is unpacked, so that nothing grows beyond what was released.
    if (entry?.uncompressedSize !== listed.bytes) throw bad(file, `does not hold ${name} as its manifest lists it`);
    const content = await buffer(await zip.openReadStreamPromise(entry));
    const read: FileEntry = { path: listed.path, content, executable: listed.mode === "755" };
    if (manifestFile(read).sha256 !== listed.sha256) throw bad(file, `holds ${name} with another digest than it lists`);
    entries.push({ ...read, path: name });
  }
  return entries;
}

function refuseUnsafe(file: string, { fileName, externalFileAttributes }: Entry, folder: string): void {
  const parts = fileName.split("/");
  const isInside = parts[0] === folder && parts.length > 1 && !parts.includes("") && !parts.includes("..");
  // eslint-disable-next-line no-control-regex -- no file of a release has such a name
  if (!isInside || parts.includes(".") || /[\\\u0000-\u001f]/.test(fileName)) {
    throw bad(file, `holds ${JSON.stringify(fileName)}, which is no path below ${folder}/`);
  }
  if (((externalFileAttributes >>> 16) & S_IFMT) !== S_IFREG) throw bad(file, `holds ${fileName}, which is no file`);
}

function parseManifest<T>(
  text: string,
  schema: { safeParse: (value: unknown) => { success: true; data: T } | { success: false; error: Error } },
  file: string,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(file, "holds a manifest that is not JSON", undefined, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw bad(file, "holds a manifest of another form than this version writes", undefined, parsed.error);
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw bad(file, `cannot be read: ${reasonOf(cause)}`, "the release manifest must lie beside the code zip", cause);
  }
}

function bad(file: string, what: string, hint?: string, cause?: unknown): DkistCoreError {
  return new DkistCoreError("BAD_ARTIFACT", `${path.basename(file)} ${what}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
    location: { file },
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
