// RESULTS.md: every figure as minimum / median of its runs, every ratio of minima / of medians.

/** @param results what run.js collected */
export function markdown({ machine, quick, exports, growth, validations, task, run, runMemory, commands, build }) {
  return `# Results

Made by \`npm run bench${quick ? " -- --quick" : ""}\` on ${machine.date}: ${machine.cores} cores, ${machine.memory}, ${machine.platform}, Node ${machine.node}, Python ${machine.python}; load average
at the start ${machine.load}. Whole processes, all sides of a table in turn within one run. A time is minimum / median; a ratio is of the
minima / of the medians. CPU is user and system time of a process and all its children. Memory is the most that a process
and its children held at one moment, shared pages once, in a run of its own. The original is dkist-processing-core 5.1.1 with
its Airflow 2.10.5.

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

Growth, ours alone:

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
Tasks, starts each bundle alone, and compiles each DAG file with Python.

${table(
  ["workflows", "modules", "", "runs", "wall s", "CPU s", "memory MB", "original takes", "CPU"],
  validations.flatMap(({ workflows, modules, ours, original }) => [
    [
      count(workflows),
      count(modules),
      "ours",
      ours.runs,
      seconds(ours.wall),
      seconds(ours.cpu),
      megabytes(ours.peak),
      times(original.wall, ours.wall),
      times(original.cpu, ours.cpu),
    ],
    [
      "",
      "",
      "original",
      original.runs,
      seconds(original.wall),
      seconds(original.cpu),
      megabytes(original.peak),
      "",
      "",
    ],
  ]),
)}

## One task that does nothing, from a release

${processes(
  [
    ["node run.js", task.task],
    ["node -e 0", task.node],
  ],
  task.node,
)}

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

## Commands on the example (27 workflows)

${processes(
  [
    ["dkist-core --help", commands.help],
    ["dkist-core list", commands.list],
    ["node -e 0", commands.node],
  ],
  commands.node,
)}

## build of the example

Wall ${seconds(build.figures.wall)} s, CPU ${seconds(build.figures.cpu)} s. Stages of one of the runs:

${table(
  ["stage", "outcome", "s"],
  build.stages.map(({ stage, outcome, seconds: time }) => [stage, outcome, time.toFixed(1)]),
)}
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

/** Columns as wide as their widest cell, as the formatter wants them. */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((row) => row[column].length)));
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [
    text(lines[0]),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...lines.slice(1).map(text),
  ].join("\n");
}

function seconds({ min, median }) {
  return `${min.toFixed(2)} / ${median.toFixed(2)}`;
}

function milliseconds({ min, median }, digits = 0) {
  return `${(min * 1000).toFixed(digits)} / ${(median * 1000).toFixed(digits)}`;
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}

function times(slow, fast, digits = 1) {
  return `${(slow.min / fast.min).toFixed(digits)}x / ${(slow.median / fast.median).toFixed(digits)}x`;
}

function count(number) {
  return number.toLocaleString("en-US");
}
