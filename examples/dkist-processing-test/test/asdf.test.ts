import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { encodeAsdf } from "../src/formats/asdf.js";

test("an ASDF file is a YAML tree and a block of the image's bytes", () => {
  const image = { columns: 3, rows: 1, pixels: Float32Array.of(1, 2, 3) };
  const bytes = encodeAsdf({ name: "a: b", nested: { list: [1, 2] } }, image);
  const end = bytes.indexOf("...\n") + 4;

  const text = bytes.toString("utf8", 0, end);
  assert.ok(text.startsWith("#ASDF 1.0.0\n#ASDF_STANDARD 1.5.0\n%YAML 1.1\n"));
  assert.deepEqual(parse(text, { logLevel: "error" }), {
    name: "a: b",
    nested: { list: [1, 2] },
    preview: { source: 0, datatype: "float32", byteorder: "little", shape: [1, 3] },
  });

  const block = bytes.subarray(end);
  assert.deepEqual([...block.subarray(0, 6)], [0xd3, 0x42, 0x4c, 0x4b, 0, 48]);
  assert.equal(block.readBigUInt64BE(6 + 16), 12n);
  assert.deepEqual(
    [54, 58, 62].map((offset) => block.readFloatLE(offset)),
    [1, 2, 3],
  );
});
