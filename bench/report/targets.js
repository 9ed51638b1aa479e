// What was aimed at and what came of it: one row a target.
import { count, megabytes, table, times } from "./format.js";

/** @param results what run.js collected; a case that was left out has no row */
export function targets(results) {
  const rows = TARGETS.flatMap(({ what, of }) =>
    of(results).map(({ name, value, measured, aim, unit = "x", isAtLeast = false }) => {
      const met = isAtLeast ? measured >= aim : measured <= aim;
      return [`${what}${name}`, value, `${isAtLeast ? "at least" : "at most"} ${aim}${unit}`, met ? "yes" : "no"];
    }),
  );
  return table(["what", "measured", "aimed at", "met"], rows);
}

/** Ratios are of the minima / of the medians; the minima decide. */
const TARGETS = [
  {
    what: "`export-dags`, ",
    of: ({ exports }) =>
      exports
        .filter(({ workflows, modules }) => modules * 10 === workflows)
        .map(({ workflows, ours, original }) => ({
          name: `${count(workflows)} workflows of 20 nodes, against the original`,
          value: `${times(original.wall, ours.wall)} faster`,
          measured: original.wall.min / ours.wall.min,
          aim: workflows >= 1000 ? 8 : 10,
          isAtLeast: true,
        })),
  },
  {
    what: "its peak memory, ",
    of: ({ exports }) =>
      exports
        .slice(-1)
        .map(({ workflows, ours, original }) =>
          ratio(`${count(workflows)} workflows, to the original's`, ours.peak, original.peak, 0.7),
        ),
  },
  {
    what: "its time, ",
    of: ({ exports }) =>
      exports
        .slice(-1)
        .map(({ workflows, ours, limit }) =>
          pair(`${count(workflows)} workflows, to a bare prototype's`, ours.wall, limit.wall, 1.5),
        ),
  },
  {
    what: "its processor time a workflow, ",
    of: ({ growth }) => {
      const [first, last] = [growth[0], growth.at(-1)];
      const each = ({ ours, workflows }) => ours.cpu.min / workflows;
      return [ratio(`${count(last.workflows)} to ${count(first.workflows)} workflows`, each(last), each(first), 1.2)];
    },
  },
  {
    what: "`test-workflows` without Airflow, ",
    of: ({ validations }) =>
      validations.flatMap(({ workflows, ours, again, original }) =>
        [ours, again].map((side) => ({
          name: `${count(workflows)} workflows, ${side === again ? "again" : "from nothing"}, against validate_workflows`,
          value: `${times(original.wall, side.wall)} faster`,
          measured: original.wall.min / side.wall.min,
          aim: 5,
          isAtLeast: true,
        })),
      ),
  },
  {
    what: "a task that does nothing, from bash to its exit, ",
    of: ({ task, originalTask }) =>
      originalTask === undefined
        ? []
        : [
            {
              name: "against the original's command",
              value: `${count(Math.round(originalTask.wall / task.bash.wall.min))}x faster`,
              measured: originalTask.wall / task.bash.wall.min,
              aim: 500,
              isAtLeast: true,
            },
            {
              name: "bytes on disk against the original's",
              value: `${count(Math.round(originalTask.bytes / task.bytes))}x fewer`,
              measured: originalTask.bytes / task.bytes,
              aim: 500,
              isAtLeast: true,
            },
          ],
  },
  {
    what: "the same, ",
    of: ({ task }) => [
      pair("to `node -e 0`", task.task.wall, task.node.wall, 1.15),
      pair("with zod, bundle to whole node_modules", task.bundled.wall, task.unbundled.wall, 0.65),
    ],
  },
  {
    what: "`build`, the bundle stage, ",
    of: ({ builds }) =>
      builds.map(({ tasks, first, esbuild }) => pair(`${tasks} tasks, to bare esbuild`, first.bundle, esbuild, 1.3)),
  },
  {
    what: "a zip, ",
    of: ({ zips, zipMemory }) => [
      ...zips.map(({ entries, bytes, zip, deflate }) =>
        pair(`${count(entries)} files of ${count(bytes / 1000)} kB, to one-core deflate`, zip.wall, deflate.wall, 2),
      ),
      ratio(
        `memory of ${zipMemory.at(-1).megabytes} MB to ${zipMemory[0].megabytes} MB`,
        zipMemory.at(-1).peak,
        zipMemory[0].peak,
        1.2,
      ),
    ],
  },
  { what: "`--help`, ", of: ({ commands }) => [pair("to `node -e 0`", commands.help.wall, commands.node.wall, 1.4)] },
  {
    what: "`list` on the example, ",
    of: ({ commands }) => [pair("to `node -e 0`", commands.list.wall, commands.node.wall, 5)],
  },
  {
    what: "the failure message, ",
    of: ({ failureMessage: one }) =>
      one === undefined ? [] : [pair("to a bare socket", one.ours.wall, one.limit.wall, 1.5)],
  },
  {
    what: "Airflow parses a DAG file, ",
    of: ({ dagParse = [] }) =>
      dagParse
        .filter(({ original }) => original !== undefined)
        .map(({ airflow, ours, original }) => pair(`${airflow}, to the original's`, ours, original, 1)),
  },
  {
    what: "the rules, ",
    of: ({ graph }) => [most(`${count(graph.nodes)} nodes and ${count(graph.edges)} edges`, graph.rules.min, 0.5)],
  },
  { what: "an SVG picture, ", of: ({ graph }) => [most("25 nodes, the engine loaded", graph.pictures.min, 0.1)] },
  {
    what: "the example's code zip, ",
    of: ({ codeSize }) =>
      codeSize === undefined
        ? []
        : [
            {
              name: `${megabytes(codeSize.code)} MB against node_modules and dist`,
              value: `${(codeSize.whole / codeSize.code).toFixed(1)}x smaller`,
              measured: codeSize.whole / codeSize.code,
              aim: 10,
              isAtLeast: true,
            },
          ],
  },
];

function pair(name, ours, theirs, aim) {
  return { name, value: times(ours, theirs, 2), measured: ours.min / theirs.min, aim };
}

function ratio(name, ours, theirs, aim) {
  return { name, value: `${(ours / theirs).toFixed(2)}x`, measured: ours / theirs, aim };
}

function most(name, seconds, aim) {
  return { name, value: `${(seconds * 1000).toFixed(0)} ms`, measured: seconds * 1000, aim: aim * 1000, unit: " ms" };
}
