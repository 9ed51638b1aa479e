// The few figures that say most, beside the original's: RESULTS.md begins with them, and the README shows them (readme.js).
import { count, megabytes, table } from "./format.js";

/** @param results what run.js collected; minima of the runs */
export function headline({ exports, validations, task, originalTask, dagParse }) {
  const most = exports.at(-1);
  const checked = validations.at(-1);
  const parsed = dagParse.filter(({ original }) => original !== undefined);
  return table(
    ["", "Python original 5.1.1", "here", ""],
    [
      ...(originalTask === undefined
        ? []
        : [
            compared(
              "a task that does nothing, from bash to its exit",
              originalTask.wall,
              task.bash.wall.min,
              inSeconds,
            ),
            compared("written on the worker for it", originalTask.bytes, task.bytes, inMegabytes),
          ]),
      timed(`DAG files of ${count(most.workflows)} workflows of 20 nodes`, most.original.wall, most.ours.wall),
      compared("memory for that, at most", most.original.peak, most.ours.peak, inMegabytes),
      timed(
        `checks of ${count(checked.workflows)} workflows, without Airflow`,
        checked.original.wall,
        checked.ours.wall,
      ),
      ...parsed
        .slice(0, 1)
        .map(({ airflow, ours, original }) => timed(`Airflow ${airflow} parses a DAG file`, original, ours)),
    ],
  );
}

function timed(what, original, ours) {
  return compared(what, original.min, ours.min, inSeconds);
}

function compared(what, original, ours, text) {
  const times = original / ours;
  return [what, text(original), text(ours), `${times >= 20 ? count(Math.round(times)) : times.toFixed(1)}x`];
}

function inSeconds(seconds) {
  return seconds >= 10 ? `${seconds.toFixed(0)} s` : `${seconds.toFixed(2)} s`;
}

function inMegabytes(bytes) {
  return bytes >= 10e6 ? `${megabytes(bytes)} MB` : `${(bytes / 1e6).toFixed(2)} MB, once a release`;
}
