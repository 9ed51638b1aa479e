// Case: what `dkist-core run` adds to the processes that it runs: the example's largest workflow with tasks that do nothing,
// one after the other, against the same processes started by nobody but the meter, as a worker starts them.
import path from "node:path";
import { CLI, EXAMPLE } from "../folders.js";
import { dkistCore, unpackedRelease } from "../release.js";
import { VERSION } from "../synthetic/graph.js";
import { writeNoopRepo } from "../synthetic/noop-repo.js";
import { summary } from "../timing/compare.js";

export async function runCase({ meter, original, rounds }) {
  const { nodes } = largestWorkflow();
  const repo = writeNoopRepo("run", nodes);
  const programs = releasedPrograms(original, repo, nodes);
  const engine = [];
  const bare = [];
  for (let round = -1; round < rounds; round += 1) {
    // The first round is not counted; the others begin in turn with the one and the other.
    const sides = round % 2 === 0 ? [engineSide, bareSide] : [bareSide, engineSide];
    for (const side of sides) await side(round < 0 ? [] : undefined);
  }
  const [a, b] = [summary(engine), summary(bare)];
  return {
    nodes: nodes.length,
    tasks: bare.length,
    engine: a,
    bare: b,
    overhead: { min: a.min - b.min, median: a.median - b.median },
  };

  /** From the start of one task to the start of the next; what comes before the first is the bundling. */
  async function engineSide(samples = engine) {
    const argv = [process.execPath, CLI, "run", "noop", "--recipe-run-id", "1", "--max-parallel", "1", "--json"];
    const events = eventsIn((await meter.measure({ argv, cwd: repo })).output);
    const last = events.at(-1);
    if (last.counts?.success !== nodes.length) throw new Error(`the run did not succeed: ${JSON.stringify(last)}`);
    const times = [...events.filter(({ state }) => state === "running"), last].map(({ at }) => Date.parse(at));
    for (const [index, start] of times.slice(0, -1).entries()) samples.push((times[index + 1] - start) / 1000);
  }

  async function bareSide(samples = bare) {
    for (const program of programs) {
      const env = { DKIST_RECIPE_RUN_ID: "1", DKIST_WORKFLOW: "noop", DKIST_VERSION: VERSION };
      const { wall, output } = await meter.measure({ argv: [process.execPath, program], env });
      if (!output.includes("task done")) throw new Error(`the task did not run:\n${output}`);
      samples.push(wall);
    }
  }
}

/** How much memory the engine itself holds at most, from its start to its end, however many nodes there are. */
export async function runMemoryCase({ meter }, count) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    taskName: `Task${index}`,
    upstreams: index < 10 ? [] : [`Task${index - 10}`],
  }));
  const argv = [process.execPath, CLI, "run", "noop", "--recipe-run-id", "1", "--json"];
  const { own, output } = await meter.measure({ argv, cwd: writeNoopRepo(`memory-${count}`, nodes) }, true);
  const last = eventsIn(output).at(-1);
  if (last.counts?.success !== count) throw new Error(`the run did not succeed: ${JSON.stringify(last)}`);
  return { nodes: count, peak: own, seconds: last.seconds };
}

function largestWorkflow() {
  const { result } = JSON.parse(dkistCore(["list", "--json"], EXAMPLE));
  return result.workflows.reduce((a, b) => (a.nodes.length >= b.nodes.length ? a : b));
}

function releasedPrograms(original, repo, nodes) {
  const { folder } = unpackedRelease(original, repo, "bench-noop");
  return nodes.map(({ taskName }) => path.join(folder, "tasks", taskName, "run.js"));
}

function eventsIn(output) {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}
