import { printable } from "../model/printable.js";
import type { RunEvent, RunFinished, TaskChanged } from "../model/run-events.js";
import { FINAL_STATES } from "../model/task-state.js";
import { columns } from "./text.js";

/** How a run ended, as its summary shows it. */
export interface RunSummary {
  readonly runId: string;
  readonly workflowName: string;
  readonly dagId: string;
  readonly folder: string;
  readonly state: RunFinished["state"];
  readonly seconds: number;
  readonly tasks: readonly Pick<TaskChanged, "taskName" | "state" | "tryNumber" | "seconds" | "reason" | "log">[];
}

/** What the lines while a run is under way are made of. */
export interface RunUnderWay {
  /** Task names with the milliseconds that each has taken so far. */
  readonly running: readonly { readonly taskName: string; readonly ms: number; readonly tryNumber: number }[];
  readonly retrying: readonly string[];
  readonly waiting: readonly string[];
}

const STATE_WIDTH = "upstream_failed".length;
/** More would push what runs off a small screen. */
const MAX_NAMED = 4;

/**
 * An event as a line; undefined for what nobody has to know.
 *
 * @example
 * eventText(event) // "  failed           Dark  0.2 s, try 1 of 3: Error: no frames"
 */
export function eventText(event: RunEvent): string | undefined {
  if (event.event === "run_started") {
    const { resumed, dagId, recipeRunId, folder } = event;
    return `${resumed ? "resumed" : "run"} ${printable(dagId)}, recipe run ${recipeRunId}: ${printable(folder)}\n`;
  }
  if (event.event === "run_finished" || event.state === "scheduled") return undefined;
  return `  ${(event.state ?? "stopped").padEnd(STATE_WIDTH)}  ${taskText(event)}\n`;
}

function taskText({ taskName, state, tryNumber, lastTry, seconds, reason }: TaskChanged): string {
  const facts = [
    ...(seconds === undefined ? [] : [elapsedText(seconds * 1000)]),
    ...(lastTry > 1 && state !== "success" && tryNumber > 0 ? [`try ${tryNumber} of ${lastTry}`] : []),
  ].join(", ");
  const why = reason === undefined ? "" : `${facts === "" ? "" : ": "}${printable(firstLine(reason))}`;
  return `${printable(taskName)}${facts === "" && why === "" ? "" : "  "}${facts}${why}`;
}

/** The table at the end of a run, where its logs are, and how to go on. */
export function runSummaryText({ runId, workflowName, dagId, folder, state, seconds, tasks }: RunSummary): string {
  const rows = tasks.map((task) => [
    printable(task.taskName),
    task.state ?? "-",
    task.tryNumber === 0 ? "" : `${task.tryNumber} ${task.tryNumber === 1 ? "try" : "tries"}`,
    task.seconds === undefined ? "" : elapsedText(task.seconds * 1000),
    task.state === "failed" && task.log !== undefined ? printable(`${folder}/${task.log}`) : "",
  ]);
  const counts = [...FINAL_STATES, null].flatMap((one) => {
    const number = tasks.filter((task) => task.state === one || (one === null && !isListed(task.state))).length;
    return number === 0 ? [] : [`${number} ${one ?? "not done"}`];
  });
  const failed = tasks.filter((task) => task.state === "failed");
  const reasons = failed.map(
    ({ taskName, reason }) => `${printable(taskName)}: ${printable(firstLine(reason ?? ""))}\n`,
  );
  // Airflow asks only the tasks at the ends of the graph.
  const verdict =
    state === "success" && failed.length > 0 ? "success in Airflow, as its last tasks did not fail" : state;
  const isDone = state !== "stopped" && failed.length === 0;
  return [
    columns(rows),
    ...reasons,
    `${printable(dagId)}: ${verdict}; ${counts.join(", ")} in ${elapsedText(seconds * 1000)}; logs: ${printable(folder)}/tasks\n`,
    isDone ? "" : `go on: dkist-core run ${printable(workflowName)} --resume ${printable(runId)}\n`,
  ].join("");
}

/** What runs, for how long, and what waits: a line for each running task and one for the rest. */
export function underWayLines({ running, retrying, waiting }: RunUnderWay, maxLines: number): string[] {
  const shown = running.slice(0, Math.max(1, maxLines - 1));
  const lines = shown.map(
    ({ taskName, ms, tryNumber }) =>
      `  ${"running".padEnd(STATE_WIDTH)}  ${printable(taskName)}  ${elapsedText(ms)}${tryNumber > 1 ? `, try ${tryNumber}` : ""}`,
  );
  const rest = [
    ...(running.length > shown.length ? [`${running.length - shown.length} more running`] : []),
    ...(retrying.length > 0 ? [`up for retry: ${named(retrying)}`] : []),
    ...(waiting.length > 0 ? [`waiting: ${named(waiting)}`] : []),
  ];
  return rest.length === 0 ? lines : [...lines, `  ${rest.join("; ")}`];
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).map(printable).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function isListed(state: TaskChanged["state"]): boolean {
  return (FINAL_STATES as readonly TaskChanged["state"][]).includes(state);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** @example elapsedText(83_400) // "1 min 23 s" */
function elapsedText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
