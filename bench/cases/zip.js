// Case: packing a zip against one-core deflate of the same bytes; and what memory a much larger one takes.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "../folders.js";
import { contents } from "../synthetic/content.js";
import { compare } from "../timing/compare.js";

const ZIP = path.join(import.meta.dirname, "../processes/zip.js");
const ASSETS = path.join(import.meta.dirname, "../processes/assets.js");
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

/** Memory of packing assets of 1 MB each, for archives of one and of ten times the size. */
export async function zipMemoryCase({ meter }) {
  const results = [];
  for (const megabytes of [100, 1000]) {
    const folder = writeAssets(megabytes);
    const { own } = await meter.measure({ argv: [process.execPath, ASSETS, folder] }, true);
    results.push({ megabytes, peak: own });
    rmSync(folder, { recursive: true });
  }
  return results;
}

function writeAssets(count) {
  const folder = path.join(CACHE, `assets-${count}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, content] of contents(count, 1_000_000).entries()) {
    writeFileSync(path.join(folder, `${index}.bin`), content);
  }
  return folder;
}
