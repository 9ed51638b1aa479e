/**
 * Joins PNG files of the same kind into one animated PNG (PNG Specification, Third Edition, section 11.3.6), without
 * encoding a pixel again: the data of every frame is taken over as it is.
 */
import { crc32 } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** @throws RangeError when there is no frame, or the frames differ in size or kind of pixels. */
export function joinPngs(frames: readonly Uint8Array[], framesPerSecond: number): Buffer {
  const [first, ...others] = frames.map(readChunks);
  if (first === undefined) throw new RangeError("a movie needs a frame");
  const header = find(first, "IHDR");
  if (others.some((chunks) => !find(chunks, "IHDR").equals(header))) throw new RangeError("the frames differ in kind");

  let sequence = 1; // the first frame has 0
  const control = (): Chunk => ({ type: "fcTL", data: frameControl(sequence++, header, framesPerSecond) });
  const animated = others.flatMap((chunks) => [
    control(),
    ...imageData(chunks).map((data) => ({ type: "fdAT", data: Buffer.concat([uint32(sequence++), data]) })),
  ]);
  return Buffer.concat([
    SIGNATURE,
    ...[
      { type: "IHDR", data: header },
      { type: "acTL", data: Buffer.concat([uint32(frames.length), uint32(0)]) },
      // The first frame is an ordinary PNG too, for whoever knows no animation.
      { type: "fcTL", data: frameControl(0, header, framesPerSecond) },
    ].map(writeChunk),
    ...imageData(first).map((data) => writeChunk({ type: "IDAT", data })),
    ...animated.map(writeChunk),
    writeChunk({ type: "IEND", data: Buffer.alloc(0) }),
  ]);
}

/** Sequence number, size, offset 0, and how long the frame shows: 1 / framesPerSecond. */
function frameControl(sequence: number, header: Buffer, framesPerSecond: number): Buffer {
  const control = Buffer.alloc(26);
  control.writeUInt32BE(sequence, 0);
  header.copy(control, 4, 0, 8);
  control.writeUInt16BE(1, 20);
  control.writeUInt16BE(framesPerSecond, 22);
  return control;
}

function readChunks(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new RangeError("not a PNG file");
  const chunks: Chunk[] = [];
  for (let offset = SIGNATURE.length; offset < bytes.length;) {
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString("latin1", offset + 4, offset + 8);
    chunks.push({ type, data: bytes.subarray(offset + 8, offset + 8 + length) });
    offset += length + 12;
  }
  return chunks;
}

function writeChunk({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function find(chunks: readonly Chunk[], type: string): Buffer {
  const chunk = chunks.find((candidate) => candidate.type === type);
  if (chunk === undefined) throw new RangeError(`a PNG file without ${type}`);
  return chunk.data;
}

function imageData(chunks: readonly Chunk[]): Buffer[] {
  return chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
