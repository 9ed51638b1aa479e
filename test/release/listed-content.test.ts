import { describe, expect, it } from "@jest/globals";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { sha256 } from "../../src/model/digest.js";
import { ContentDiffers, drain, listedContent } from "../../src/release/listed-content.js";

const CONTENT = Buffer.from("some content");
const LISTED = { bytes: CONTENT.byteLength, sha256: sha256(CONTENT) };

describe("listedContent", () => {
  it("lets the listed content through", async () => {
    const chunks: Uint8Array[] = [];
    const stream = Readable.from([CONTENT.subarray(0, 4), CONTENT.subarray(4)]);
    for await (const chunk of listedContent(stream, LISTED, { crc32: crc32(CONTENT) })) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(CONTENT);
  });

  it.each([
    ["another content of the same size", [Buffer.from("SOME content")], null, /another sha256/],
    ["less", [CONTENT.subarray(1)], null, /has 11 bytes, not 12/],
    ["more", [CONTENT, CONTENT], null, /more than the 12 bytes/],
    ["another CRC than is said", [CONTENT], { crc32: 1 }, /another CRC/],
  ])("ends with an error at %s", async (_, chunks, said, sentence) => {
    const read = drain(listedContent(Readable.from(chunks), LISTED, said));
    await expect(read).rejects.toThrow(sentence);
    await expect(drain(listedContent(Readable.from(chunks), LISTED, said))).rejects.toBeInstanceOf(ContentDiffers);
  });

  it("reads what has no end no further than is listed", async () => {
    let chunks = 0;
    const endless = new Readable({
      read() {
        chunks += 1;
        this.push(Buffer.alloc(65_536));
      },
    });
    await expect(drain(listedContent(endless, { bytes: 100_000, sha256: "" }))).rejects.toThrow("more than");
    expect(chunks).toBeLessThan(10);
    expect(endless.destroyed).toBe(true);
  });
});
