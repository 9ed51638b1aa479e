import { crc32, deflateRawSync } from "node:zlib";

/** An entry as no honest program would write it; everything has an honest default. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: string | Uint8Array;
  /** The name before the content. */
  readonly localName?: string | Buffer;
  /** Unix mode with its file type. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says; the content has another size. */
  readonly bytes?: number;
  readonly crc?: number;
  readonly extra?: Buffer;
}

const UTF8 = 0x800;

/** A zip, byte by byte, so that every field can lie. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? "");
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const crc = entry.crc ?? crc32(content);
    const bytes = entry.bytes ?? content.byteLength;
    const [name, localName] = [Buffer.from(entry.name), Buffer.from(entry.localName ?? entry.name)];
    const extra = entry.extra ?? Buffer.of();
    const common = Buffer.alloc(24);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? UTF8, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.byteLength, 14);
    common.writeUInt32LE(bytes, 18);
    const lengths = (forName: Buffer): Buffer => {
      const buffer = Buffer.alloc(4);
      buffer.writeUInt16LE(forName.byteLength, 0);
      buffer.writeUInt16LE(extra.byteLength, 2);
      return buffer;
    };
    const local = Buffer.concat([
      Buffer.from([0x50, 0x4b, 3, 4]),
      common.subarray(0, 22),
      lengths(localName),
      localName,
      extra,
      packed,
    ]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 3]), common.subarray(0, 22), lengths(name), rest, name, extra]),
    );
    parts.push(local);
    offset += local.byteLength;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
