import { printable } from "../model/printable.js";
import type { Progress } from "../model/progress.js";

/** Where stages are shown. */
export interface StageScreen {
  readonly write: (text: string) => unknown;
  /** The width of the terminal, where a line can be drawn anew. */
  readonly columns: (() => number) | undefined;
  /** Whether a stage that is done leaves its line. */
  readonly keepsLines: boolean;
}

/** Stages as lines. */
export interface StageLines extends Progress {
  /** To be told what somebody else writes, before it is written: the line that is drawn anew makes room for it. */
  readonly giveWay: (text: string) => void;
  /** Shows nothing any more. */
  readonly close: () => void;
}

/** How often the line of the running stage is drawn anew, in milliseconds. */
const REDRAW_MS = 200;
/** After so long without a line, say what is under way, so that nobody takes a CI for hung. */
const HEARTBEAT_MS = 10_000;
const STAGE_WIDTH = 9;
const OUTCOME_WIDTH = 44;
const ERASE = "\r\u001b[2K";

/**
 * A line for each stage with its time, once it is done. While it runs, a terminal shows it in one line that is drawn anew;
 * what is no terminal gets a plain line whenever nothing was said for ten seconds.
 *
 *       load      27 workflows, 53 nodes, version dev          0.3 s
 *       bundle    12 of 25 tasks ...                           3 s
 */
export function openStageLines({ write, columns, keepsLines }: StageScreen): StageLines {
  let running: { readonly stage: string; readonly since: number; what: string } | undefined;
  let isDrawn = false;
  // Somebody's line that has not ended yet is not drawn over.
  let isLineOpen = false;
  let lastLine = performance.now();
  const timer = setInterval(() => (columns === undefined ? heartbeat() : draw()), REDRAW_MS);
  // What is shown must never be what keeps the process alive.
  timer.unref();
  return {
    start: (stage) => {
      running = { stage, since: performance.now(), what: "" };
      draw();
    },
    doing: (stage, what) => {
      if (running?.stage === stage) running.what = what;
    },
    done: (stage, outcome) => {
      const seconds = ((performance.now() - (running?.since ?? performance.now())) / 1000).toFixed(1);
      running = undefined;
      erase();
      if (keepsLines) write(`${isLineOpen ? "\n" : ""}${lineOf(stage, outcome, seconds)}\n`);
      if (keepsLines) isLineOpen = false;
    },
    giveWay: (text) => {
      erase();
      isLineOpen = !text.endsWith("\n");
    },
    close: () => {
      running = undefined;
      erase();
      clearInterval(timer);
    },
  };

  function draw(): void {
    if (columns === undefined || running === undefined || isLineOpen) return;
    write(`${ERASE}${underWay(running, columns())}`);
    isDrawn = true;
  }

  function erase(): void {
    lastLine = performance.now();
    if (isDrawn) write(ERASE);
    isDrawn = false;
  }

  function heartbeat(): void {
    if (running === undefined || performance.now() - lastLine < HEARTBEAT_MS) return;
    lastLine = performance.now();
    write(`${underWay(running, Infinity)}\n`);
  }
}

/** Where there is too little room it is taken from the text: that the seconds tick is what says that all is well. */
function underWay({ stage, what, since }: { stage: string; what: string; since: number }, columns: number): string {
  const seconds = String(Math.floor((performance.now() - since) / 1000));
  // One column is left free: some terminals go to the next line as soon as the last one is taken.
  const room = Math.max(0, columns - 1 - lineOf(stage, "", seconds, 0).length - 4);
  const text = printable(what).slice(0, room);
  return lineOf(stage, `${text}${text === "" ? "" : " "}...`, seconds, Math.min(OUTCOME_WIDTH, room + 4)).slice(
    0,
    Math.max(1, columns - 1),
  );
}

function lineOf(stage: string, text: string, seconds: string, width = OUTCOME_WIDTH): string {
  return `  ${stage.padEnd(STAGE_WIDTH)} ${printable(text).padEnd(width)} ${seconds} s`;
}
