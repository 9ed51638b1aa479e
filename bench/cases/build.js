// Case: a build of N tasks, its stages, from nothing and again with one Task changed; the bundle stage against bare esbuild
// over the same Tasks.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE } from "../folders.js";
import { taskModule, writeTaskRepo } from "../synthetic/task-repo.js";
import { summary } from "../timing/compare.js";

const BUILD = path.join(import.meta.dirname, "../processes/build.js");
const ESBUILD = path.join(import.meta.dirname, "../limit/esbuild.js");

/** @returns stage to `{ min, median }` in seconds for a first build and one after a change, and bare esbuild's time */
export async function buildCase({ meter, rounds }, count) {
  const { folder, tasks } = writeTaskRepo(`build-${count}`, count);
  const out = path.join(CACHE, `build-${count}`);
  const [changed] = tasks;
  const samples = { first: [], again: [], esbuild: [], esbuildAgain: [] };
  for (let round = 0; round < rounds; round += 1) {
    forgetBuilds(folder);
    samples.esbuild.push(await inProcess(meter, [ESBUILD, ...tasks.map(({ module }) => module)]));
    samples.first.push(await build(`${out}-first`));
    writeFileSync(changed.module, taskModule(changed.taskName, undefined, ` this.log.info("${round}"); `));
    samples.again.push(await build(`${out}-again`));
    forgetBuilds(folder);
    await build(`${out}-clean`);
    compareFolders(`${out}-again`, `${out}-clean`);
  }
  return {
    tasks: count,
    runs: rounds,
    first: stages(samples.first),
    again: stages(samples.again),
    esbuild: summary(samples.esbuild.map(({ seconds }) => seconds)),
  };

  function build(to) {
    rmSync(to, { recursive: true, force: true });
    return inProcess(meter, [BUILD, folder, to]);
  }
}

/** What a process says as its one line of JSON: it times itself, so that starting Node is in no figure. */
async function inProcess(meter, parameters) {
  const { output } = await meter.measure({ argv: [process.execPath, ...parameters] });
  return JSON.parse(output.trim().split("\n").at(-1));
}

function forgetBuilds(folder) {
  rmSync(path.join(folder, ".dkist-core"), { recursive: true, force: true });
}

function stages(samples) {
  return Object.fromEntries(Object.keys(samples[0]).map((stage) => [stage, summary(samples.map((one) => one[stage]))]));
}

function compareFolders(one, other) {
  for (const name of readdirSync(other).filter((name) => name.endsWith(".zip"))) {
    const [a, b] = [one, other].map((folder) => readFileSync(path.join(folder, name)));
    if (!a.equals(b)) throw new Error(`${name} of a build after a change differs from a clean build's`);
  }
}
