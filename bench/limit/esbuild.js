// The limit line of the bundle stage: bare esbuild over the same Tasks with the same options, one call each, as many at a
// time. `node esbuild.js MODULE...` says the seconds.
import { performance } from "node:perf_hooks";
import { availableParallelism } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import { ROOT } from "../folders.js";

const modules = process.argv.slice(2);
const begun = performance.now();
const { build } = await import("esbuild");
const limit = pLimit(availableParallelism());
await Promise.all(
  modules.map((module) =>
    limit(() =>
      build({
        stdin: {
          contents: `import { runTask } from "dkist-processing-core";
const load = async () => (await import(${JSON.stringify(module)}));
export const main = (taskFolder) => runTask(load, { taskFolder });`,
          resolveDir: path.dirname(module),
        },
        bundle: true,
        write: false,
        outfile: "task.cjs",
        platform: "node",
        format: "cjs",
        target: "node20",
        keepNames: true,
        metafile: true,
        sourcemap: "linked",
        sourcesContent: false,
        logLevel: "silent",
        alias: { "dkist-processing-core": path.join(ROOT, "dist/worker-library.js") },
      }),
    ),
  ),
);
console.log(JSON.stringify({ seconds: (performance.now() - begun) / 1000 }));
process.exit();
