import type { RunNode } from "../engine/run-graph.js";
import { isFinal } from "../model/task-state.js";
import type { RunEvent, TaskChanged } from "../model/run-events.js";
import { eventText, underWayLines } from "../report/run-text.js";

/** Shows a run while it is under way. */
export interface RunProgress {
  readonly nodes: (nodes: readonly RunNode[]) => void;
  readonly event: (event: RunEvent) => void;
  readonly close: () => void;
}

/** Where progress is shown; without a size it is no terminal, and gets plain lines. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly size: (() => { readonly columns: number; readonly rows: number }) | undefined;
}

/** How often the live lines are drawn anew, in milliseconds. */
const REDRAW_MS = 250;
/** After so long without a line, say what is under way, so that nobody takes a CI for hung. */
const HEARTBEAT_MS = 10_000;

/**
 * Progress as lines that stay, one for each thing that happens; below them, on a terminal, lines that are drawn anew: what
 * runs, for how long, and what waits.
 */
export function openRunProgress({ write, size }: Screen): RunProgress {
  const states = new Map<string, { event: TaskChanged | undefined; since: number }>();
  let drawn = 0;
  let lastLine = performance.now();
  const timer = setInterval(() => (size === undefined ? heartbeat() : draw("")), REDRAW_MS);
  // What is shown must never be what keeps the process alive.
  timer.unref();
  return {
    nodes: (nodes) => {
      for (const { taskName } of nodes) states.set(taskName, { event: undefined, since: 0 });
    },
    event: (event) => {
      if (event.event === "task") states.set(event.taskName, { event, since: performance.now() });
      // A terminal shows below what runs.
      const text = size !== undefined && event.event === "task" && event.state === "running" ? "" : eventText(event);
      if (text !== undefined) draw(text);
    },
    close: () => {
      clearInterval(timer);
      write(erased());
      drawn = 0;
    },
  };

  function draw(text: string): void {
    if (text !== "") lastLine = performance.now();
    if (size === undefined) {
      write(text);
      return;
    }
    const { columns, rows } = size();
    const lines = underWayLines(underWay(), Math.max(2, rows - 2)).map((line) =>
      line.slice(0, Math.max(10, columns - 1)),
    );
    const erase = erased();
    drawn = lines.length;
    write(`${erase}${text}${lines.map((line) => `${line}\n`).join("")}`);
  }

  function erased(): string {
    return drawn === 0 ? "" : `\u001b[${drawn}A\u001b[0J`;
  }

  function heartbeat(): void {
    if (performance.now() - lastLine < HEARTBEAT_MS) return;
    lastLine = performance.now();
    write(
      underWayLines(underWay(), 10)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }

  function underWay(): Parameters<typeof underWayLines>[0] {
    const running: { taskName: string; ms: number; tryNumber: number }[] = [];
    const retrying: string[] = [];
    const waiting: string[] = [];
    for (const [taskName, { event, since }] of states) {
      const state = event?.state ?? null;
      if (state === "running") {
        running.push({ taskName, ms: performance.now() - since, tryNumber: event?.tryNumber ?? 1 });
      } else if (state === "up_for_retry") retrying.push(taskName);
      else if (!isFinal(state)) waiting.push(taskName);
    }
    return { running, retrying, waiting };
  }
}
