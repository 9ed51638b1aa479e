import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatCard } from "../src/formats/fits-card.js";
import { onesComplementSum } from "../src/formats/fits-checksum.js";
import { decodeFits, encodeFits } from "../src/formats/fits-image.js";

const BLOCK = 2880;
const counts = { columns: 3, rows: 2, pixels: Uint16Array.of(0, 1, 32767, 32768, 65534, 65535) };
const values = { columns: 2, rows: 2, pixels: Float32Array.of(0, -1.5, Math.PI, 1e30) };

describe("a FITS file", () => {
  const bytes = encodeFits(counts, [
    { keyword: "OBJECT", value: "the sun's edge" },
    { keyword: "XPOSURE", value: 0.05, comment: "[s]" },
    { keyword: "TINY", value: 1e-9 },
    { keyword: "ISDARK", value: false },
    { keyword: "HISTORY", value: "x".repeat(100) },
  ]);
  const text = Buffer.from(bytes).toString("latin1", 0, BLOCK);
  const cards = text.match(/.{80}/g) ?? [];

  test("is made of whole blocks: header, then data", () => assert.equal(bytes.length, 2 * BLOCK));

  test("begins with the mandatory cards in their order", () => {
    const mandatory = ["SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2"];
    assert.deepEqual(
      cards.slice(0, 5).map((card) => card.slice(0, 8).trim()),
      mandatory,
    );
    assert.equal(cards[0]?.slice(0, 30), "SIMPLE  =                    T");
    assert.equal(cards[1]?.slice(0, 30), "BITPIX  =                   16");
    assert.equal(cards[3]?.slice(0, 30), "NAXIS1  =                    3");
  });

  test("has values where the standard wants them", () => {
    assert.ok(cards.some((card) => card.startsWith("OBJECT  = 'the sun''s edge'")));
    assert.ok(cards.some((card) => card.startsWith("XPOSURE =                 0.05 / [s]")));
    assert.ok(cards.some((card) => card.startsWith("TINY    =                1E-9 ") || card.includes("1E-9")));
  });

  test("ends its header with END and blanks", () => {
    const end = cards.findIndex((card) => card.trimEnd() === "END");
    assert.ok(end > 0);
    assert.equal(
      cards
        .slice(end + 1)
        .join("")
        .trim(),
      "",
    );
  });

  test("stores unsigned counts as signed ones, big end first", () => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + BLOCK);
    assert.deepEqual([view.getInt16(0), view.getInt16(4), view.getInt16(10)], [-32768, -1, 32767]);
  });

  test("sums up to minus zero, as CHECKSUM promises", () => assert.equal(onesComplementSum(bytes), 0xffff_ffff));

  test("has a CHECKSUM of letters and digits only", () => {
    const checksum = decodeFits(bytes).header.get("CHECKSUM");
    assert.match(String(checksum), /^[0-9A-Za-z]{16}$/);
  });

  test("is read as it was written", () => {
    const read = decodeFits(bytes);
    assert.deepEqual(read.pixels, counts.pixels);
    assert.equal(read.header.get("OBJECT"), "the sun's edge");
    assert.equal(read.header.get("TINY"), 1e-9);
    assert.equal(read.header.get("ISDARK"), false);
    assert.equal(read.history.join(""), "x".repeat(100));
    assert.deepEqual(decodeFits(encodeFits(values, [])).pixels, values.pixels);
  });

  test("that was damaged is refused", () => {
    const damaged = Uint8Array.from(bytes);
    damaged[BLOCK + 3] = 99;
    assert.throws(() => decodeFits(damaged), /checksum/);
    assert.throws(() => decodeFits(bytes.subarray(0, 100)), /blocks/);
  });
});

describe("a card", () => {
  test("is 80 characters long", () => {
    assert.equal(formatCard({ keyword: "A", value: "b", comment: "c".repeat(200) }).length, 80);
  });

  test("with a long text goes on in others, and is read as one", () => {
    const value = `${"it's ".repeat(30)}&`;
    const text = formatCard({ keyword: "LONG", value });
    assert.equal(text.length % 80, 0);
    assert.ok(text.includes("CONTINUE  '"));
    assert.deepEqual(decodeFits(encodeFits(counts, [{ keyword: "LONG", value }])).header.get("LONG"), value);
  });

  test("is refused rather than written wrong", () => {
    const wrong = [
      { keyword: "lower", value: 1 },
      { keyword: "TOOLONGKEY", value: 1 },
      { keyword: "A", value: "größe" },
      { keyword: "A", value: "two\nlines" },
      { keyword: "A", value: Number.NaN },
    ];
    for (const card of wrong) assert.throws(() => formatCard(card), RangeError);
  });
});
