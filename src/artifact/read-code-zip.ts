import { createHash } from "node:crypto";
import { open, readFile, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { Entry, ZipFile } from "yauzl";
import type { ArtifactManifest, ReleaseManifest } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { releaseName } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { digestOf, manifestFile } from "./digest.js";
import { artifactManifestSchema, releaseManifestSchema } from "./manifest-schema.js";

/** A released code zip, open for reading. */
export interface ReleasedCode {
  readonly name: string;
  readonly version: string;
  readonly workflows: ReleaseManifest["workflows"];
  /**
   * What the zip holds, each file checked as it is read, and none kept; paths begin with the release's folder. Fails with
   * BAD_ARTIFACT at the first that is not as it was released.
   */
  readonly entries: AsyncIterable<FileEntry>;
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
 * @param work - what is done with it; its entries can be read until this ends
 * @throws DkistCoreError BAD_ARTIFACT
 */
export async function withCodeZip<T>(file: string, work: (code: ReleasedCode) => Promise<T>): Promise<T> {
  if (!file.endsWith(ENDING)) {
    throw bad(file, `is not called <name>_<version>${ENDING}`, "give the code zip that build has written");
  }
  const releaseFile = `${file.slice(0, -ENDING.length)}.json`;
  const text = await readFile(releaseFile, "utf8").catch((cause: unknown) =>
    Promise.reject(notRead(releaseFile, cause)),
  );
  const { name, version, workflows, artifacts } = parseManifest(text, releaseManifestSchema, releaseFile);
  const listed = artifacts.find((artifact) => artifact.kind === "code" && artifact.path === path.basename(file));
  const handle = await open(file).catch((cause: unknown) => Promise.reject(notRead(file, cause)));
  try {
    if (listed?.sha256 !== (await sha256Of(file, handle))) {
      throw bad(file, `is not the one that ${path.basename(releaseFile)} lists`, "build the release again");
    }
    return await work({ name, version, workflows, entries: readEntries(file, handle, releaseName(name, version)) });
  } finally {
    await handle.close();
  }
}

async function sha256Of(file: string, handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const part of handle.createReadStream({ start: 0, autoClose: false })) hash.update(part as Buffer);
  } catch (cause) {
    throw notRead(file, cause);
  }
  return hash.digest("hex");
}

async function* readEntries(file: string, handle: FileHandle, folder: string): AsyncGenerator<FileEntry> {
  const { fromFdPromise } = await import("yauzl");
  const options = { autoClose: false, validateEntrySizes: true, strictFileNames: true };
  try {
    const zip = await fromFdPromise(handle.fd, options);
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
    const content = await buffer(await zip.openReadStreamPromise(manifestEntry));
    yield* listedFiles(file, zip, found, folder, parseManifest(content.toString("utf8"), artifactManifestSchema, file));
    yield { path: `${folder}/manifest.json`, content, executable: false };
  } catch (cause) {
    if (cause instanceof DkistCoreError) throw cause;
    throw bad(file, `cannot be read: ${reasonOf(cause)}`, undefined, cause);
  }
}

async function* listedFiles(
  file: string,
  zip: ZipFile,
  found: ReadonlyMap<string, Entry>,
  folder: string,
  manifest: Pick<ArtifactManifest, "digest" | "files">,
): AsyncGenerator<FileEntry> {
  const paths = new Set(manifest.files.map((one) => `${folder}/${one.path}`));
  const unlisted = [...found.keys()].find((name) => !paths.has(name) && name !== `${folder}/manifest.json`);
  if (unlisted !== undefined) throw bad(file, `holds ${unlisted}, which its manifest does not list`);
  if (digestOf(manifest.files) !== manifest.digest) throw bad(file, "holds a manifest whose digest is wrong");
  for (const listed of manifest.files) {
    const name = `${folder}/${listed.path}`;
    const entry = found.get(name);
    // Before it is unpacked, so that nothing grows beyond what was released.
    if (entry?.uncompressedSize !== listed.bytes) throw bad(file, `does not hold ${name} as its manifest lists it`);
    const content = await buffer(await zip.openReadStreamPromise(entry));
    const read: FileEntry = { path: listed.path, content, executable: listed.mode === "755" };
    if (manifestFile(read).sha256 !== listed.sha256) throw bad(file, `holds ${name} with another digest than it lists`);
    yield { ...read, path: name };
  }
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

function notRead(file: string, cause: unknown): DkistCoreError {
  const hint = "the release manifest must lie beside the code zip";
  return bad(file, `cannot be read: ${reasonOf(cause)}`, hint, cause);
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
