// The limit line of a zip: the same content through one deflate after the other, and written: `node deflate.js ENTRIES BYTES`.
import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { CACHE } from "../folders.js";
import { contents } from "../synthetic/content.js";

const [count, bytes] = process.argv.slice(2).map(Number);
const file = openSync(path.join(CACHE, "bench.deflated"), "w");
for (const content of contents(count, bytes)) writeSync(file, deflateRawSync(content, { level: 6 }));
closeSync(file);
