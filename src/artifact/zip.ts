import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { crc32, createDeflateRaw, deflateRaw, deflateRawSync } from "node:zlib";
import { piecesOf, wholeOf } from "../disk/file-content.js";
import { isOnDisk, manifestFile } from "../model/digest.js";
import type { FileEntry } from "../model/task-bundle.js";
import { directory, localHeader, MAX_ENTRY_BYTES, type PackedEntry } from "./zip-format.js";

/** The oldest time a zip can hold, at a minute that strip-nondeterminism leaves alone. */
const ENTRY_TIME = new Date(Date.UTC(1980, 0, 1, 12, 1, 0));
const LEVEL = { level: 6 };
/** Entries of no more than this are deflated ahead of their turn, as many at a time as Node has threads for it. */
const MAX_AHEAD_BYTES = 2 ** 20;
const AHEAD = 4;
/** What is smaller is deflated in less time than it takes to hand it to a thread and back. */
const MIN_THREAD_BYTES = 2 ** 16;
const deflateWhole = promisify<Uint8Array, typeof LEVEL, Buffer>(deflateRaw);

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
  const handle = await open(file, "w", 0o644);
  try {
    const packed: PackedEntry[] = [];
    let end = 0;
    for await (const [entry, ahead] of deflatedAhead(entries)) {
      const header = { ...planned(entry), offset: end };
      const written = await (ahead === undefined
        ? deflateInto(handle, entry.content, header, date)
        : writeDeflated(handle.fd, ahead, header, date));
      packed.push(written);
      end += localHeader(written, date).length + written.packedBytes;
    }
    await handle.writeFile(directory(packed, end, date));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** An entry before it is packed. */
function planned(entry: FileEntry): Omit<PackedEntry, "offset"> {
  const { path, executable } = entry;
  const bytes = sizeOf(entry);
  if (bytes > MAX_ENTRY_BYTES) throw new Error(`${path} has more than 4 GB`);
  return { path, executable, bytes, packedBytes: 0, crc: 0 };
}

function sizeOf({ content }: FileEntry): number {
  return isOnDisk(content) ? content.bytes : content.byteLength;
}

/** What deflate made of a whole content. */
interface Deflated {
  readonly crc: number;
  readonly data: Uint8Array;
}

/** Every entry in its turn; small ones are deflated by then. */
async function* deflatedAhead(
  entries: readonly FileEntry[],
): AsyncGenerator<readonly [entry: FileEntry, ahead: Deflated | undefined]> {
  const begun: Promise<Deflated | undefined>[] = [];
  for (const [index, entry] of entries.entries()) {
    for (const next of entries.slice(index + begun.length, index + AHEAD)) {
      const ahead = sizeOf(next) > MAX_AHEAD_BYTES ? Promise.resolve(undefined) : deflated(next.content);
      ahead.catch(() => undefined); // told in its turn
      begun.push(ahead);
    }
    yield [entry, await begun.shift()];
  }
}

async function deflated(content: FileEntry["content"]): Promise<Deflated> {
  const whole = await wholeOf(content);
  const crc = crc32(whole);
  // An empty one is stored: deflate would make two bytes of it.
  if (whole.length === 0) return { crc, data: whole };
  return {
    crc,
    data: whole.length < MIN_THREAD_BYTES ? deflateRawSync(whole, LEVEL) : await deflateWhole(whole, LEVEL),
  };
}

function writeDeflated(file: number, { crc, data }: Deflated, header: PackedEntry, date: Date): PackedEntry {
  const entry = { ...header, crc, packedBytes: data.length };
  writeFileSync(file, Buffer.concat([localHeader(entry, date), data]));
  return entry;
}

/** Deflates what is not to be in memory as a whole; its header is written once more when all in it is known. */
async function deflateInto(
  handle: FileHandle,
  content: FileEntry["content"],
  header: PackedEntry,
  date: Date,
): Promise<PackedEntry> {
  await handle.writeFile(localHeader(header, date));
  let [crc, packedBytes] = [0, 0];
  await pipeline(
    async function* () {
      for await (const piece of piecesOf(content)) {
        crc = crc32(piece, crc);
        yield piece;
      }
    },
    createDeflateRaw({ ...LEVEL, chunkSize: 2 ** 16 }),
    async (deflated: AsyncIterable<Buffer>) => {
      for await (const piece of deflated) {
        packedBytes += piece.length;
        await handle.writeFile(piece);
      }
    },
  );
  const entry = { ...header, crc, packedBytes };
  const known = localHeader(entry, date);
  await handle.write(known, 0, known.length, header.offset);
  return entry;
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
