// How we stand against the Python original and against the limits of this machine, measured side by side.
//
//   npm run bench                 everything, about a quarter of an hour; writes bench/RESULTS.md, bench/growth.svg and the
//                                 README's table
//   npm run bench -- --quick      fewer and smaller cases, in less than three minutes; prints only
//   npm run bench -- --no-build   takes dist/ and the example as they are
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { installPackages } from "../scripts/debian.js";
import { prepare } from "../scripts/steps.js";
import { buildCase } from "./cases/build.js";
import { codeSizeCase } from "./cases/code-size.js";
import { commandsCase } from "./cases/commands.js";
import { dagParseCase } from "./cases/dag-parse.js";
import { exportDagsCase, exportDagsGrowth } from "./cases/export-dags.js";
import { failureMessageCase } from "./cases/failure-message.js";
import { graphCase } from "./cases/graph.js";
import { originalTaskCase } from "./cases/original-task.js";
import { runCase, runMemoryCase } from "./cases/run.js";
import { taskCase } from "./cases/task.js";
import { testWorkflowsCase } from "./cases/test-workflows.js";
import { zipCase, zipMemoryCase } from "./cases/zip.js";
import { removeFreshFolders, ROOT } from "./folders.js";
import { setUpOriginal } from "./original/setup.js";
import { growthPicture } from "./report/growth-picture.js";
import { machineClass } from "./report/machine.js";
import { markdown } from "./report/markdown.js";
import { withHeadline } from "./report/readme.js";
import { startMeter } from "./timing/meter.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, "no-build": { type: "boolean", default: false } },
});
const { quick } = values;
if (!values["no-build"]) prepare();
installPackages(["rabbitmq-server"]);
const original = setUpOriginal();
const machine = machineClass(original);
const meter = startMeter(original.python);
const bench = (rounds) => ({ meter, original, rounds: quick ? Math.min(rounds, 2) : rounds });

removeFreshFolders();
const results = { machine, quick, exports: [], growth: [], validations: [], runMemory: [], builds: [] };
for (const [workflows, perModule, rounds] of quick
  ? [
      [10, 10, 1],
      [100, 10, 1],
    ]
  : [
      [10, 10, 9],
      [100, 10, 7],
      [1000, 1, 2],
      [1000, 10, 5],
    ]) {
  say(`export-dags, ${workflows} workflows, ${perModule} a module`);
  results.exports.push(shown(await exportDagsCase(bench(rounds), workflows, perModule)));
}
for (const workflows of quick ? [100, 300] : [1000, 3000, 10_000]) {
  say(`export-dags, growth, ${workflows} workflows`);
  results.growth.push(shown(await exportDagsGrowth(bench(1), workflows, 10)));
}
for (const workflows of quick ? [100] : [100, 1000]) {
  say(`test-workflows, ${workflows} workflows`);
  results.validations.push(shown(await testWorkflowsCase(bench(quick ? 1 : 4), workflows, 10)));
}
say("a task that does nothing");
results.task = shown(await taskCase(bench(40)));
if (!quick) {
  say("the same task as the original runs it, once");
  results.originalTask = await originalTaskCase(bench(1));
}
say("run of the example's largest workflow, with tasks that do nothing");
results.run = await runCase(bench(10));
for (const nodes of quick ? [10] : [10, 100, 1000]) {
  say(`memory of a run of ${nodes} nodes`);
  results.runMemory.push(await runMemoryCase(bench(1), nodes));
}
for (const tasks of quick ? [12] : [12, 120]) {
  say(`build of ${tasks} tasks`);
  results.builds.push(await buildCase(bench(quick ? 1 : tasks > 12 ? 2 : 5), tasks));
}
say("zips");
results.zips = (await zipCase(bench(7))).map(shown);
results.zipMemory = await zipMemoryCase(bench(1));
say("--help and list on the example");
results.commands = shown(await commandsCase(bench(20)));
say("the failure message");
results.failureMessage = shown(await failureMessageCase(bench(20)));
say("Airflow parses DAG files");
results.dagParse = await dagParseCase(bench(7), quick ? [1] : [1, 100, 1000]);
say("graphs");
results.graph = await graphCase(bench(7));
say("the size of the example's code");
results.codeSize = await codeSizeCase(bench(1));
meter.close();
removeFreshFolders();

const text = markdown(results);
console.log(`\n${text}`);
// A quick run says that the bench works, not how fast we are.
if (!quick) {
  writeFileSync(path.join(import.meta.dirname, "RESULTS.md"), text);
  writeFileSync(path.join(import.meta.dirname, "growth.svg"), growthPicture(results));
  const readme = path.join(ROOT, "README.md");
  writeFileSync(readme, withHeadline(readFileSync(readme, "utf8"), text));
}

/** A case's sides at once, as the whole takes minutes. */
function shown(sides) {
  for (const { name, wall, cpu } of Object.values(sides).filter((side) => side?.wall !== undefined)) {
    const [best, middle, work] = [wall.min, wall.median, cpu.min].map((seconds) => seconds.toFixed(3));
    console.log(`         ${name.padEnd(34)} ${best} s, median ${middle} s, CPU ${work} s`);
  }
  return sides;
}

function say(sentence) {
  console.log(`${new Date().toISOString().slice(11, 19)} ${sentence}`);
}
