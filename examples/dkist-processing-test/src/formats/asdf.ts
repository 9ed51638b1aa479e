/**
 * Writes an ASDF file (Advanced Scientific Data Format, standard 1.5): a YAML tree, and one image as a binary block
 * that the tree refers to. There is no ASDF library for JavaScript.
 */
import { createHash } from "node:crypto";
import { endianness } from "node:os";
import { stringify } from "yaml";
import type { Image } from "./fits-image.js";

/** The bytes of an ASDF file with `tree` at its root, and `image` beside it under the key `preview`. */
export function encodeAsdf(tree: Readonly<Record<string, unknown>>, image: Image<Float32Array>): Buffer {
  const { columns, rows, pixels } = image;
  const byteorder = endianness() === "LE" ? "little" : "big";
  const text = [
    "#ASDF 1.0.0",
    "#ASDF_STANDARD 1.5.0",
    "%YAML 1.1",
    "%TAG ! tag:stsci.edu:asdf/",
    "--- !core/asdf-1.1.0",
    stringify(tree, { version: "1.1" }).trimEnd(),
    `preview: !core/ndarray-1.0.0 {source: 0, datatype: float32, byteorder: ${byteorder}, shape: [${rows}, ${columns}]}`,
    "...\n",
  ];
  return Buffer.concat([Buffer.from(text.join("\n")), block(new Uint8Array(pixels.buffer.slice(0)))]);
}

/** An uncompressed block: magic number, length of its header, the header, the data. */
function block(data: Uint8Array): Buffer {
  const header = Buffer.alloc(48);
  const length = BigInt(data.byteLength);
  // Flags and compression stay zero; the data takes all the space that it was given.
  header.writeBigUInt64BE(length, 8);
  header.writeBigUInt64BE(length, 16);
  header.writeBigUInt64BE(length, 24);
  createHash("md5").update(data).digest().copy(header, 32);
  return Buffer.concat([Buffer.from([0xd3, 0x42, 0x4c, 0x4b, 0, header.length]), header, data]);
}
