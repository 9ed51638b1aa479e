import { createHash } from "node:crypto";
import { close, createReadStream, open } from "node:fs";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { Entry, ZipFile } from "yauzl";
import { look } from "./look.js";
import { isFromTheDisk, unreadable } from "./unreadable.js";
import { MAX_ENTRIES, type ZipEntryFacts } from "./zip-directory.js";
import { messageOf } from "../model/message-of.js";

/** An entry whose content can be read. */
export interface ZipEntry extends ZipEntryFacts {
  /** As the directory says it. */
  readonly crc32: number;
  /** Ends with an error where the content has another size than the directory says. */
  readonly open: () => Promise<Readable>;
}

/** A zip, opened; nothing is unpacked yet, and nothing it says is checked. */
export interface OpenZip {
  readonly bytes: number;
  readonly sha256: string;
  readonly entries: readonly ZipEntry[];
  /** Why its directory cannot be read; null where it can. */
  readonly damage: string | null;
}

const UNICODE_PATH_FIELD = 0x7075;

/**
 * Opens a zip. All that is read of it is read from this one file, also when another one takes its name meanwhile.
 *
 * @returns with `close`, to be called in the end
 * @throws DkistCoreError BAD_ARTIFACT when the file cannot be read
 */
export async function openZip(file: string): Promise<OpenZip & { readonly close: () => void }> {
  const { fd, bytes, sha256 } = await openFile(file);
  let zip: ZipFile;
  try {
    const { fromFdPromise } = await import("yauzl");
    // Names undecoded: yauzl would end at the first bad one, and tell of no other.
    zip = await fromFdPromise(fd, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
  } catch (cause) {
    await promisify(close)(fd);
    return { bytes, sha256, entries: [], damage: damageOf(file, cause), close: () => undefined };
  }
  try {
    return { bytes, sha256, ...(await readDirectory(file, zip)), close: () => zip.close() };
  } catch (error) {
    zip.close(); // and with it the file
    throw error;
  }
}

/** Opens a zip for as long as `use` runs. */
export async function withZip<T>(file: string, use: (zip: OpenZip) => Promise<T>): Promise<T> {
  const zip = await openZip(file);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

async function openFile(file: string): Promise<{ fd: number; bytes: number; sha256: string }> {
  let fd: number | undefined;
  try {
    const found = await look(file, "follow");
    // Opening a pipe would wait for ever.
    if (found?.kind !== "file") throw new Error(found === null ? "there is nothing of that name" : "it is no file");
    fd = await promisify(open)(file, "r");
    const hash = createHash("sha256");
    for await (const chunk of createReadStream("", { fd, autoClose: false, start: 0 })) hash.update(chunk as Buffer);
    return { fd, bytes: found.bytes, sha256: hash.digest("hex") };
  } catch (cause) {
    if (fd !== undefined) await promisify(close)(fd);
    throw unreadable(file, cause);
  }
}

async function readDirectory(file: string, zip: ZipFile): Promise<Pick<OpenZip, "entries" | "damage">> {
  const entries: ZipEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.length === MAX_ENTRIES) return { entries: [], damage: `it has more than ${MAX_ENTRIES} entries` };
      entries.push(await zipEntry(zip, entry));
    }
    return { entries, damage: null };
  } catch (cause) {
    return { entries: [], damage: damageOf(file, cause) };
  }
}

async function zipEntry(zip: ZipFile, entry: Entry): Promise<ZipEntry> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  return {
    rawName: entry.fileNameRaw,
    rawLocalName: local.fileName,
    saysUtf8: (entry.generalPurposeBitFlag & 0x800) !== 0,
    hasSecondName: entry.extraFields.some(({ id }) => id === UNICODE_PATH_FIELD),
    mode: entry.externalFileAttributes >>> 16,
    bytes: entry.uncompressedSize,
    compressedBytes: entry.compressedSize,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
    crc32: entry.crc32,
    open: () => zip.openReadStreamPromise(entry),
  };
}

/** A disk that fails says nothing about the zip. */
function damageOf(file: string, cause: unknown): string {
  if (isFromTheDisk(cause)) throw unreadable(file, cause);
  return messageOf(cause);
}
