// Packs a zip as a release is packed: `node zip.js ENTRIES BYTES-OF-EACH`.
import path from "node:path";
import { writeZip } from "../../dist/artifact/zip.js";
import { CACHE } from "../folders.js";
import { contents } from "../synthetic/content.js";

const [count, bytes] = process.argv.slice(2).map(Number);
const entries = contents(count, bytes).map((content, index) => ({
  path: `tasks/${String(index).padStart(6, "0")}.js`,
  content,
  executable: false,
}));
await writeZip(path.join(CACHE, "bench.zip"), entries);
