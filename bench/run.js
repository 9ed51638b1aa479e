// How we stand against the Python original and against the limits of Node, measured side by side on this machine.
//
//   npm run bench                 everything; writes bench/RESULTS.md
//   npm run bench -- --quick      fewer and smaller cases, in less than three minutes; prints only
//   npm run bench -- --no-build   takes dist/ and the example as they are
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { prepare } from "../scripts/steps.js";
import { buildCase, commandsCase } from "./cases/commands.js";
import { exportDagsCase, exportDagsGrowth } from "./cases/export-dags.js";
import { runCase, runMemoryCase } from "./cases/run.js";
import { taskCase } from "./cases/task.js";
import { testWorkflowsCase } from "./cases/test-workflows.js";
import { setUpOriginal } from "./original/setup.js";
import { machineClass } from "./report/machine.js";
import { markdown } from "./report/markdown.js";
import { startMeter } from "./timing/meter.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, "no-build": { type: "boolean", default: false } },
});
const { quick } = values;
if (!values["no-build"]) prepare();
const original = setUpOriginal();
const machine = machineClass(original);
const meter = startMeter(original.python);
const bench = (rounds) => ({ meter, original, rounds });

const exports = [];
for (const [workflows, perModule, rounds] of quick
  ? [
      [10, 10, 2],
      [100, 10, 2],
    ]
  : [
      [10, 10, 5],
      [100, 10, 5],
      [1000, 10, 3],
      [1000, 1, 3],
    ]) {
  say(`export-dags, ${workflows} workflows, ${perModule} a module`);
  exports.push(shown(await exportDagsCase(bench(rounds), workflows, perModule)));
}

const growth = [];
for (const workflows of quick ? [100, 300] : [1000, 3000, 10_000]) {
  say(`export-dags, growth, ${workflows} workflows`);
  growth.push(shown(await exportDagsGrowth(bench(1), workflows, 10)));
}

const validations = [];
for (const workflows of quick ? [100] : [100, 1000]) {
  say(`test-workflows, ${workflows} workflows`);
  validations.push(shown(await testWorkflowsCase(bench(quick ? 1 : 2), workflows, 10)));
}

say("a task that does nothing");
const task = shown(await taskCase(bench(quick ? 10 : 60)));
say("run of the example's largest workflow, with tasks that do nothing");
const run = await runCase(bench(quick ? 3 : 15));
console.log(
  `         overhead ${(run.overhead.min * 1000).toFixed(1)} ms a task, median ${(run.overhead.median * 1000).toFixed(1)} ms`,
);
const runMemory = [];
for (const nodes of quick ? [10, 100] : [10, 100, 1000]) {
  say(`memory of a run of ${nodes} nodes`);
  runMemory.push(await runMemoryCase(bench(1), nodes));
}
say("--help and list on the example");
const commands = shown(await commandsCase(bench(quick ? 5 : 20)));
say("build of the example");
const build = await buildCase(bench(1));
meter.close();

const text = markdown({ machine, quick, exports, growth, validations, task, run, runMemory, commands, build });
console.log(`\n${text}`);
// A quick run says that the bench works, not how fast we are.
if (!quick) writeFileSync(path.join(import.meta.dirname, "RESULTS.md"), text);

/** A case's sides at once, as the whole takes minutes. */
function shown(sides) {
  for (const { name, wall, cpu } of Object.values(sides).filter(({ wall }) => wall !== undefined)) {
    const [best, middle, work] = [wall.min, wall.median, cpu.min].map((seconds) => seconds.toFixed(3));
    console.log(`         ${name.padEnd(20)} ${best} s, median ${middle} s, CPU ${work} s`);
  }
  return sides;
}

function say(sentence) {
  console.log(`${new Date().toISOString().slice(11, 19)} ${sentence}`);
}
