import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { piecesOf, wholeOf } from "../disk/file-content.js";
import { isOnDisk, manifestFile } from "../model/digest.js";
import type { FileEntry } from "../model/task-bundle.js";

/** The oldest time a zip can hold, at a minute that strip-nondeterminism leaves alone. */
const ENTRY_TIME = new Date(Date.UTC(1980, 0, 1, 12, 1, 0));

/** Larger contents are deflated in pieces, one content after the other. */
const SMALL_BYTES = 2 ** 16;
/** Each takes 270 kB until it is done; yazl would begin all of them at once. */
const MAX_DEFLATING = 64;
const deflate = promisify(deflateRaw);

/**
 * Writes a deterministic zip: the entries in the given order, one time for all, modes 644 and 755, no folders, no owner,
 * nothing that strip-nondeterminism would change. Whatever is packed, it takes the same memory.
 *
 * @param file - absolute; replaced if it is there
 * @param date - the time of every entry: one that a zip can hold, from 1980 to 2107
 * @throws Error when two entries have one path: which of them counts would be each reader's own choice
 * @throws DkistCoreError BAD_ASSET for a file on the disk that is not what it was when it was looked at
 */
export async function writeZip(file: string, entries: readonly FileEntry[], date: Date = ENTRY_TIME): Promise<void> {
  const twice = entries.find(({ path }, index) => path === entries[index - 1]?.path);
  if (twice !== undefined) throw new Error(`two entries are called ${twice.path}`);
  // Loaded here, as most commands pack nothing.
  const { ZipFile } = await import("yazl");
  const zip = new ZipFile();
  const failed = new AbortController();
  const fail = (error: unknown): void => failed.abort(error);
  zip.on("error", fail);
  const output = createWriteStream(file, { mode: 0o644, flush: true });
  const written = pipeline(zip.outputStream, output, { signal: failed.signal }).catch((error: unknown) => {
    throw failed.signal.aborted ? failed.signal.reason : error;
  });
  written.catch(() => undefined); // told in the end
  let deflating = 0;
  for (const { path, content, executable } of entries) {
    const options = { mtime: new DateInUtc(date), forceDosTimestamp: true, mode: executable ? 0o100755 : 0o100644 };
    const size = sizeOf(content);
    if (size <= SMALL_BYTES) {
      zip.addBuffer(await wholeOf(content), path, { ...options, compress: size > 0 });
      // The threads take their work in turn: when this is done, what was given to them before is, too.
      if (++deflating % MAX_DEFLATING === 0) await deflate(Buffer.of());
    } else {
      zip.addReadStreamLazy(path, { ...options, size }, (give) =>
        give(null, Readable.from(piecesOf(content), { objectMode: false }).once("error", fail)),
      );
    }
  }
  zip.end();
  await written;
}

function sizeOf(content: FileEntry["content"]): number {
  return isOnDisk(content) ? content.bytes : content.byteLength;
}

/** A zip has no time zone, and yazl writes a date's local parts: these are the UTC ones, wherever it is written. */
class DateInUtc extends Date {
  override getFullYear(): number {
    return this.getUTCFullYear();
  }
  override getMonth(): number {
    return this.getUTCMonth();
  }
  override getDate(): number {
    return this.getUTCDate();
  }
  override getHours(): number {
    return this.getUTCHours();
  }
  override getMinutes(): number {
    return this.getUTCMinutes();
  }
  override getSeconds(): number {
    return this.getUTCSeconds();
  }
  /** It is compared with the first and the last date of a zip, in local time. */
  override valueOf(): number {
    return new Date(this.getFullYear(), this.getMonth(), this.getDate(), this.getHours()).getTime();
  }
}

/**
 * Reads a zip back, with every check its format offers, and compares it with what was to be in it.
 *
 * @throws Error naming the first entry that differs
 */
export async function checkZip(file: string, entries: readonly FileEntry[]): Promise<void> {
  const { openPromise } = await import("yauzl");
  const zip = await openPromise(file, { validateEntrySizes: true, strictFileNames: true });
  let index = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const expected = entries[index++];
      if (expected?.path !== entry.fileName) {
        throw new Error(`entry ${index} is ${entry.fileName}, not ${expected?.path ?? "the end"}`);
      }
      // Never the whole entry at once.
      const digest = createHash("sha256");
      await pipeline(await zip.openReadStreamPromise(entry), digest);
      if (digest.digest("hex") !== manifestFile(expected).sha256)
        throw new Error(`${entry.fileName} does not read back as written`);
    }
  } finally {
    zip.close();
  }
  if (index !== entries.length) throw new Error(`${entries.length - index} entries are missing`);
}
