import { createColors } from "picocolors";
import { printable } from "../model/printable.js";
import type { RunEvent, RunFinished, TaskChanged } from "../model/run-events.js";
import { FINAL_STATES } from "../model/task-state.js";
import { columns } from "./text.js";
import { counted } from "../model/counted.js";

/** How a run ended, as its summary shows it. */
export interface RunSummary {
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
  /** How many have ended. */
  readonly done: number;
  /** Milliseconds since the run began, or was resumed. */
  readonly ms: number;
}

const STATE_WIDTH = "upstream_failed".length;
const TIME_WIDTH = "59 min 59 s".length;
/** More would push what runs off a small screen. */
const MAX_NAMED = 4;

/**
 * An event as a line; undefined for what nobody has to know.
 *
 * @example
 * eventText(event, false) // "  failed                 0.2 s  Dark, try 1 of 3: Error: no frames\n"
 */
export function eventText(event: RunEvent, colored: boolean): string | undefined {
  if (event.event === "run_started") {
    const { resumed, dagId, recipeRunId, folder } = event;
    return `${resumed ? "resumed" : "run"} ${printable(dagId)}, recipe run ${recipeRunId}: ${printable(folder)}\n`;
  }
  if (event.event === "run_finished" || event.state === "scheduled") return undefined;
  const { state, taskName, tryNumber, lastTry, seconds, reason } = event;
  const which = lastTry > 1 && state !== "success" && tryNumber > 0 ? `, try ${tryNumber} of ${lastTry}` : "";
  const why = reason === undefined ? "" : `: ${printable(firstLine(reason))}`;
  return line(
    state ?? "stopped",
    seconds === undefined ? undefined : seconds * 1000,
    `${taskName}${which}`,
    why,
    colored,
  );
}

/**
 * The table at the end of a run: states, tries, times; why tasks failed, and their logs; and how to go on.
 *
 * @param resumeCommand - goes on with the run
 */
export function runSummaryText(summary: RunSummary, resumeCommand: string): string {
  const { dagId, folder, state, seconds, tasks } = summary;
  const rows = tasks.map((task) => [
    `  ${task.state ?? (task.tryNumber === 0 ? "not run" : "stopped")}`,
    String(task.tryNumber).padStart("tries".length),
    (task.seconds === undefined ? "" : elapsedText(task.seconds * 1000)).padStart(TIME_WIDTH),
    printable(task.taskName),
  ]);
  const failed = tasks.filter((task) => task.state === "failed");
  const counts = [...FINAL_STATES, null].flatMap((one) => {
    const number = tasks.filter((task) => task.state === one || (one === null && !isListed(task.state))).length;
    return number === 0 ? [] : [`${number} ${one ?? "not done"}`];
  });
  // Airflow asks only the tasks at the ends of the graph.
  const verdict =
    state === "success" && failed.length > 0 ? "success in Airflow, as its last tasks did not fail" : state;
  return [
    columns([["  state", "tries", "time".padStart(TIME_WIDTH), "task"], ...rows]),
    ...failed.flatMap(({ taskName, reason, log }) => [
      `${printable(taskName)}: ${printable(firstLine(reason ?? "failed"))}\n`,
      log === undefined ? "" : `  log: ${printable(`${folder}/${log}`)}\n`,
    ]),
    `${printable(dagId)}: ${verdict}; ${counts.join(", ")} in ${elapsedText(seconds * 1000)}\n`,
    `  logs: ${printable(folder)}/tasks\n`,
    state === "stopped" || failed.length > 0 ? `  go on: ${printable(resumeCommand)}\n` : "",
  ].join("");
}

/** What runs, for how long, and what waits: a line for each running task and one for the rest. Without colours. */
export function underWayLines(underWay: RunUnderWay, maxLines: number): string[] {
  const { running, retrying, waiting, done, ms } = underWay;
  const shown = running.slice(0, Math.max(1, maxLines - 1));
  const lines = shown.map((task) =>
    line("running", task.ms, `${task.taskName}${task.tryNumber > 1 ? `, try ${task.tryNumber}` : ""}`, "", false),
  );
  const rest = [
    `${done} of ${done + running.length + retrying.length + waiting.length} done in ${elapsedText(ms)}`,
    ...(running.length > shown.length ? [`${running.length - shown.length} more running`] : []),
    ...(retrying.length > 0 ? [`up for retry: ${named(retrying)}`] : []),
    ...(waiting.length > 0 ? [`waiting: ${named(waiting)}`] : []),
  ];
  return [...lines, `  ${rest.join("; ")}\n`];
}

/** What is told at once when a run is asked to stop. */
export function stoppingText(running: number): string {
  if (running === 0) return "stopping\n";
  return `stopping ${counted(running, "running task")}, which may take up to 4 s\n`;
}

/** The widest comes last, so that the columns stay where they are and a narrow screen cuts off a name's end. */
function line(state: string, ms: number | undefined, subject: string, why: string, colored: boolean): string {
  const time = (ms === undefined ? "" : elapsedText(ms)).padStart(TIME_WIDTH);
  const padded = state.padEnd(STATE_WIDTH);
  return `  ${colored ? paint(state, padded) : padded}  ${time}  ${printable(subject)}${why}\n`;
}

function paint(state: string, text: string): string {
  const colors = createColors(true);
  if (state === "success") return colors.green(text);
  if (state === "failed") return colors.red(text);
  if (state === "upstream_failed" || state === "up_for_retry" || state === "stopped") return colors.yellow(text);
  return text;
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
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
