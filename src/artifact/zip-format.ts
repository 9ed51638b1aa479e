/**
 * The zip format, as far as a deterministic zip needs it: sizes and CRC in front of each entry's data, names in UTF-8, no
 * extra field but zip64's for what lies behind the first 4 GB.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** An entry as it was packed. */
export interface PackedEntry {
  readonly path: string;
  readonly executable: boolean;
  /** Its size. */
  readonly bytes: number;
  /** The size of what deflate made of it; an empty one is stored as it is. */
  readonly packedBytes: number;
  readonly crc: number;
  /** Where its header is. */
  readonly offset: number;
}

/** What an entry may have: more needs zip64 in front of its data, which not every reader knows. */
export const MAX_ENTRY_BYTES = 0xfffffffe;

/** Stands for a number that zip64 says. */
const IN_ZIP64 = 0xffffffff;
const MAX_COUNT = 0xfffe;
const VERSION = 20;
const ZIP64_VERSION = 45;
/** Unix, and version 6.3 of the format. */
const MADE_BY = (3 << 8) | 63;
const NAMES_ARE_UTF8 = 1 << 11;
const STORED = 0;
const DEFLATED = 8;

/** A number as the format writes it: least significant byte first. */
type Field = readonly [bytes: 2 | 4 | 8, value: number];

/** What stands before an entry's data. */
export function localHeader(entry: PackedEntry, date: Date): Buffer {
  const name = Buffer.from(entry.path);
  return Buffer.concat([
    record([[4, 0x04034b50], [2, VERSION], ...about(entry, date), ...sizes(entry), [2, name.length], [2, 0]]),
    name,
  ]);
}

/**
 * What stands behind the last entry's data.
 *
 * @param start - where it begins
 */
export function directory(entries: readonly PackedEntry[], start: number, date: Date): Buffer {
  const records = Buffer.concat(entries.map((entry) => directoryRecord(entry, date)));
  const [size, count] = [records.length, entries.length];
  const zip64: readonly Field[] = [
    // The number of the zip's one disk is 0, and it is one of one.
    ...fields([4, 0x06064b50], [8, 44], [2, MADE_BY], [2, ZIP64_VERSION], [4, 0], [4, 0]),
    ...fields([8, count], [8, count], [8, size], [8, start]),
    ...fields([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]),
  ];
  const isLarge = count > MAX_COUNT || size >= IN_ZIP64 || start >= IN_ZIP64;
  const shownCount = Math.min(count, MAX_COUNT + 1);
  const end = fields(
    ...fields([4, 0x06054b50], [2, 0], [2, 0], [2, shownCount], [2, shownCount]),
    ...fields([4, Math.min(size, IN_ZIP64)], [4, Math.min(start, IN_ZIP64)], [2, 0]),
  );
  return Buffer.concat([records, record(isLarge ? [...zip64, ...end] : end)]);
}

function directoryRecord(entry: PackedEntry, date: Date): Buffer {
  const { executable, bytes, packedBytes, offset } = entry;
  const name = Buffer.from(entry.path);
  const isFar = offset >= IN_ZIP64;
  const zip64 = isFar ? fields([2, 1], [2, 24], [8, bytes], [8, packedBytes], [8, offset]) : [];
  const shown = isFar ? { ...entry, bytes: IN_ZIP64, packedBytes: IN_ZIP64, offset: IN_ZIP64 } : entry;
  return Buffer.concat([
    record([
      ...fields([4, 0x02014b50], [2, MADE_BY], [2, isFar ? ZIP64_VERSION : VERSION], ...about(entry, date)),
      // No comment, the first disk, nothing about what is inside.
      ...fields(...sizes(shown), [2, name.length], [2, isFar ? 28 : 0], [2, 0], [2, 0], [2, 0]),
      ...fields([4, ((executable ? 0o100755 : 0o100644) << 16) >>> 0], [4, shown.offset]),
    ]),
    name,
    record(zip64),
  ]);
}

function about({ bytes }: PackedEntry, date: Date): Field[] {
  return [
    [2, NAMES_ARE_UTF8],
    [2, bytes === 0 ? STORED : DEFLATED],
    [2, (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)],
    [2, ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()],
  ];
}

function sizes({ crc, packedBytes, bytes }: PackedEntry): Field[] {
  return [
    [4, crc],
    [4, packedBytes],
    [4, bytes],
  ];
}

function fields(...list: readonly Field[]): readonly Field[] {
  return list;
}

function record(list: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(list.reduce((sum, [size]) => sum + size, 0));
  let place = 0;
  for (const [size, value] of list) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), place);
    else bytes.writeUIntLE(value, place, size);
    place += size;
  }
  return bytes;
}
