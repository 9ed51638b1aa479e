// Case: packing a zip against one-core deflate of the same bytes; and what memory a much larger one takes.
import path from "node:path";
import { compare } from "../timing/compare.js";

const ZIP = path.join(import.meta.dirname, "../processes/zip.js");
const DEFLATE = path.join(import.meta.dirname, "../limit/deflate.js");

/** Shapes of content: entries, and bytes of each. */
const SHAPES = [
  { entries: 1000, bytes: 15_000 },
  { entries: 12, bytes: 1_000_000 },
];

export async function zipCase({ meter, rounds }) {
  const results = [];
  for (const { entries, bytes } of SHAPES) {
    const sides = [
      { name: "zip", command: { argv: [process.execPath, ZIP, String(entries), String(bytes)] } },
      { name: "deflate", command: { argv: [process.execPath, DEFLATE, String(entries), String(bytes)] } },
    ];
    const [zip, deflate] = await compare(meter, sides, { rounds });
    results.push({ entries, bytes, zip, deflate });
  }
  return results;
}

/** The zip's own process, for archives of one and of ten times the size; the content is the same megabyte again and again. */
export async function zipMemoryCase({ meter }) {
  const results = [];
  for (const entries of [30, 300]) {
    const { own } = await meter.measure({ argv: [process.execPath, ZIP, String(entries), "1000000"] }, true);
    results.push({ megabytes: entries, peak: own });
  }
  return results;
}
