// RESULTS.md: every figure as minimum / median of its runs, every ratio of minima / of medians.
import { count, megabytes, milliseconds, seconds, table, times } from "./format.js";
import { headline } from "./headline.js";
import { targets } from "./targets.js";

/** @param results what run.js collected */
export function markdown(results) {
  const { machine, quick, exports, growth, validations, task, originalTask, run, runMemory, builds } = results;
  const { zips, zipMemory, commands, failureMessage, dagParse, graph, codeSize } = results;
  return `# Results

Made by \`npm run bench${quick ? " -- --quick" : ""}\` on ${machine.date}: ${machine.cores} cores, ${machine.memory}, ${machine.platform}, Node ${machine.node}, Python ${machine.python},
load average ${machine.load} at the start. Whole processes, all sides of a table in turn within one run. A time is minimum / median; a ratio is of the
minima / of the medians. CPU is user and system time of a process and all its children. Memory is the most that a process
and its children held at one moment, shared pages once, in a run of its own. The original is dkist-processing-core 5.1.1 with
its Airflow 2.10.5.

## In short

${headline(results)}

## Targets

${targets(results)}

What stands between us and those that are not met is in [0016](../docs/adr/0016-where-the-time-goes.md).

## export-dags: the same workflows, 20 nodes and 25 edges each

${table(
  ["workflows", "modules", "", "runs", "wall s", "CPU s", "memory MB", "original takes", "CPU", "memory"],
  exports.flatMap(({ workflows, modules, ...sides }) =>
    ["ours", "limit", "original"].map((side) => [
      side === "ours" ? count(workflows) : "",
      side === "ours" ? count(modules) : "",
      side,
      sides[side].runs,
      seconds(sides[side].wall),
      seconds(sides[side].cpu),
      megabytes(sides[side].peak),
      side === "original" ? "" : `${times(sides.original.wall, sides[side].wall)}`,
      side === "original" ? "" : `${times(sides.original.cpu, sides[side].cpu)}`,
      side === "original" ? "" : `${(sides.original.peak / sides[side].peak).toFixed(1)}x`,
    ]),
  ),
)}

All sides write the same DAG ids and edges (checked). The limit is \`bench/limit/export-dags.js\`: find, import, render, write, and
nothing else.

Growth, ours alone${quick ? "" : ", and [as a picture](growth.svg)"}:

${table(
  ["workflows", "modules", "wall s", "CPU s", "CPU ms a workflow", "memory MB"],
  growth.map(({ workflows, modules, ours }) => [
    count(workflows),
    count(modules),
    seconds(ours.wall),
    seconds(ours.cpu),
    ((ours.cpu.min / workflows) * 1000).toFixed(2),
    megabytes(ours.peak),
  ]),
)}

## test-workflows (no Airflow) against validate_workflows

Theirs checks that each DAG file compiles and has a node. Ours checks its rules on names, versions and graphs, bundles all 20
Tasks, starts each bundle alone, and compiles each DAG file with Python; again, it bundles, starts and compiles
nothing, as nothing changed.

${table(
  ["workflows", "modules", "", "runs", "wall s", "CPU s", "memory MB", "original takes", "CPU"],
  validations.flatMap(({ workflows, modules, ours, again, original }) =>
    [ours, again, original].map((side) => [
      side === ours ? count(workflows) : "",
      side === ours ? count(modules) : "",
      side.name,
      side.runs,
      seconds(side.wall),
      seconds(side.cpu),
      megabytes(side.peak),
      side === original ? "" : times(original.wall, side.wall),
      side === original ? "" : times(original.cpu, side.cpu),
    ]),
  ),
)}

## One task that does nothing, from a release

${processes(
  [
    ["bash, as the DAG runs it", task.bash],
    ["node run.js", task.task],
    ["node run.js, with zod in its bundle", task.bundled],
    ["the same from a whole node_modules", task.unbundled],
    ["node -e 0", task.node],
  ],
  task.node,
)}

Its bundle takes ${count(task.bytes)} bytes on disk, once a release.
${originalTask === undefined ? "" : originalTaskText(originalTask)}
## run: the example's largest workflow, ${run.nodes} nodes, with tasks that do nothing

One task after the other (\`--max-parallel 1\`), from the start of one to the start of the next, against the same processes
without an engine; both in turn, ${run.tasks} tasks each.

${table(
  ["a task", "wall ms"],
  [
    ["`dkist-core run`", milliseconds(run.engine, 1)],
    ["`node run.js`", milliseconds(run.bare, 1)],
    ["difference", milliseconds(run.overhead, 1)],
  ],
)}

The most memory that the engine itself held, bundling included:

${table(
  ["nodes", "memory MB", "run s"],
  runMemory.map(({ nodes, peak, seconds }) => [count(nodes), megabytes(peak), seconds.toFixed(0)]),
)}

## build: stages of a first build, and of a second one after a change of one Task

${table(
  ["tasks", "", "runs", "load s", "bundle s", "bare esbuild s", "start s", "python s", "pack s", "all s"],
  builds.flatMap(({ tasks, runs, first, again, esbuild }) =>
    [first, again].map((stages, index) => [
      index === 0 ? tasks : "",
      index === 0 ? "first" : "again",
      runs,
      seconds(stages.load),
      seconds(stages.bundle),
      index === 0 ? seconds(esbuild) : "",
      seconds(stages.start),
      seconds(stages.python),
      seconds(stages.pack),
      seconds(stages.all),
    ]),
  ),
)}

The second build's zips are held against those of a build from nothing: the same bytes (checked). Starting every bundle alone
(start) is no part of bundling, and is counted apart.

## Zips, against one deflate after the other

${table(
  ["files", "bytes of each", "", "runs", "wall s", "CPU s", "to deflate", "CPU"],
  zips.flatMap(({ entries, bytes, zip, deflate }) =>
    [zip, deflate].map((side) => [
      side === zip ? count(entries) : "",
      side === zip ? count(bytes) : "",
      side.name,
      side.runs,
      seconds(side.wall),
      seconds(side.cpu),
      side === zip ? times(zip.wall, deflate.wall, 2) : "",
      side === zip ? times(zip.cpu, deflate.cpu, 2) : "",
    ]),
  ),
)}

${zipMemory.map(({ megabytes: size, peak }) => `Packing ${size} MB takes ${megabytes(peak)} MB of memory.`).join(" ")}

## Commands on the example (27 workflows)

${processes(
  [
    ["dkist-core --help", commands.help],
    ["dkist-core list", commands.list],
    ["importing the same modules", commands.imports],
    ["node -e 0", commands.node],
  ],
  commands.node,
)}

\`list\` loads the client's modules and all that they import, and can take no less time than that.

## The failure message, from the start of a process to its end after the broker's confirm

${table(
  ["", "runs", "wall ms", "CPU ms", "memory MB"],
  [failureMessage.ours, failureMessage.limit].map((side) => [
    side.name,
    side.runs,
    milliseconds(side.wall),
    milliseconds(side.cpu),
    megabytes(side.peak),
  ]),
)}

## Airflow parses DAG files

${table(
  ["Airflow", "files", "ours ms", "the original's ms", "ours to theirs", "ms a file of ours"],
  dagParse.map(({ airflow, files, ours, original }) => [
    airflow,
    count(files),
    milliseconds(ours),
    original === undefined ? "" : milliseconds(original),
    original === undefined ? "" : times(ours, original, 2),
    ((ours.min / files) * 1000).toFixed(1),
  ]),
)}

Each in a process of its own, forked when Airflow is loaded, as a DAG processor does it. The original cannot be installed beside
Airflow 3: there its file is given a callback that does nothing and costs nothing to import.

## Graphs

${table(
  ["", "runs", "ms"],
  [
    [`the rules on ${count(graph.nodes)} nodes and ${count(graph.edges)} edges`, graph.runs, milliseconds(graph.rules)],
    ["a picture of 25 nodes, the engine loaded", graph.runs, milliseconds(graph.pictures)],
    ["the first picture, with loading the engine", 1, (graph.coldPicture * 1000).toFixed(0)],
  ],
)}

## The example's code

Its code zip has ${count(codeSize.code)} bytes. Its production node_modules and dist, packed in the same way, have ${count(codeSize.whole)} bytes in
${count(codeSize.files)} files.
`;
}

function originalTaskText({ client, wall, cpu, bytes, files }) {
  return `
The original's command for a task of ${client} that does nothing, run once: ${wall.toFixed(0)} s, ${cpu.toFixed(0)} s of CPU, ${count(bytes)} bytes in
${count(files)} files written and removed again. (What it downloads comes from pip's cache where pip keeps it.)
`;
}

function processes(rows, base) {
  return table(
    ["", "runs", "wall ms", "CPU ms", "memory MB", "to node -e 0", "CPU"],
    rows.map(([name, side]) => [
      `\`${name}\``,
      String(side.runs),
      milliseconds(side.wall),
      milliseconds(side.cpu),
      megabytes(side.peak),
      side === base ? "" : times(side.wall, base.wall, 2),
      side === base ? "" : times(side.cpu, base.cpu, 2),
    ]),
  );
}
