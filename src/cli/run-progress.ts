import type { NodeAtStart } from "../engine/run-state.js";
import { isFinal, type TaskState } from "../model/task-state.js";
import type { RunEvent } from "../model/run-events.js";
import { eventText, stoppingText, underWayLines, type RunUnderWay } from "../report/run-text.js";

/** Shows a run while it is under way. */
export interface RunProgress {
  readonly nodes: (nodes: readonly NodeAtStart[]) => void;
  readonly event: (event: RunEvent) => void;
  /** The run was asked to stop. */
  readonly stopping: () => void;
  readonly close: () => void;
}

/** Where progress is shown; without a size it is no terminal, and gets plain lines. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly colored: boolean;
  readonly size: (() => { readonly columns: number; readonly rows: number }) | undefined;
}

/** How often the live lines are drawn anew, in milliseconds. */
const REDRAW_MS = 250;
/** After so long without a line, say what is under way, so that nobody takes a CI for hung. */
const HEARTBEAT_MS = 10_000;
/** So that a line is cut off at the edge, whatever the terminal thinks of the width of its characters. */
const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";

/**
 * Progress as lines that stay, one for each thing that happens; below them, on a terminal, lines that are drawn anew: what
 * runs, for how long, and what waits.
 */
export function openRunProgress({ write, colored, size }: Screen): RunProgress {
  const states = new Map<string, { state: TaskState; tryNumber: number; since: number }>();
  /** The live lines on the screen. */
  let drawn: readonly string[] = [];
  let began: number | undefined;
  let lastLine = performance.now();
  const timer = setInterval(() => (size === undefined ? heartbeat() : draw("")), REDRAW_MS);
  // What is shown must never be what keeps the process alive.
  timer.unref();
  return {
    nodes: (nodes) => {
      began = performance.now();
      for (const { taskName, state, tryNumber, startedAt } of nodes) {
        const since = began - (startedAt === undefined ? 0 : Math.max(0, Date.now() - startedAt));
        states.set(taskName, { state, tryNumber, since });
      }
    },
    event: (event) => {
      if (event.event === "task") {
        const { taskName, state, tryNumber } = event;
        states.set(taskName, { state, tryNumber, since: performance.now() });
      }
      // A terminal shows below what runs.
      const isBelow = size !== undefined && event.event === "task" && event.state === "running";
      const text = isBelow ? "" : eventText(event, colored);
      if (text !== undefined) draw(text);
    },
    stopping: () => draw(stoppingText(underWay().running.length)),
    close: () => {
      clearInterval(timer);
      // Apart from the summary.
      if (drawn.length > 0) write(`${erased()}\n`);
      drawn = [];
    },
  };

  /** Writes lines that stay, and what is under way anew below them. */
  function draw(text: string): void {
    if (text !== "") lastLine = performance.now();
    if (size === undefined || began === undefined) {
      write(text);
      return;
    }
    const { columns, rows } = size();
    const erase = erased();
    drawn = underWayLines(underWay(), Math.max(2, rows - 2)).map((line) => line.trimEnd().slice(0, columns - 1));
    write(`${erase}${text}${WRAP_OFF}${drawn.map((line) => `${line}\n`).join("")}${WRAP_ON}`);
  }

  /** Takes the live lines away; a terminal that has become narrower since shows each in several rows. */
  function erased(): string {
    if (size === undefined || drawn.length === 0) return "";
    const { columns } = size();
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    return `\r\u001b[${rows}A\u001b[0J`;
  }

  function heartbeat(): void {
    if (began === undefined || performance.now() - lastLine < HEARTBEAT_MS) return;
    lastLine = performance.now();
    write(underWayLines(underWay(), 10).join(""));
  }

  function underWay(): RunUnderWay {
    const running: { taskName: string; ms: number; tryNumber: number }[] = [];
    const retrying: string[] = [];
    const waiting: string[] = [];
    const now = performance.now();
    let done = 0;
    for (const [taskName, { state, tryNumber, since }] of states) {
      if (state === "running") running.push({ taskName, ms: now - since, tryNumber });
      else if (state === "up_for_retry") retrying.push(taskName);
      else if (isFinal(state)) done += 1;
      else waiting.push(taskName);
    }
    return { running, retrying, waiting, done, ms: now - (began ?? now) };
  }
}
