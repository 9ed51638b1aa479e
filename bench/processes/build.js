// Builds a client repo and says how long each stage took, in seconds: `node build.js REPO OUT`.
import { performance } from "node:perf_hooks";
import { buildRelease } from "../../dist/build.js";
import { VERSION } from "../synthetic/graph.js";

const [cwd, out] = process.argv.slice(2);
const seconds = {};
const starts = new Map();
const begun = performance.now();
const { ok, diagnostics } = await buildRelease({
  cwd,
  out,
  version: VERSION,
  airflow: "none",
  force: true,
  progress: {
    start: (stage) => starts.set(stage, performance.now()),
    done: (stage) => (seconds[stage] = (performance.now() - starts.get(stage)) / 1000),
  },
});
if (!ok) throw new Error(JSON.stringify(diagnostics, undefined, 2));
console.log(JSON.stringify({ ...seconds, all: (performance.now() - begun) / 1000 }));
process.exit();
