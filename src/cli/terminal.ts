import { silent, type Progress } from "../model/progress.js";

/** How a command talks: data to stdout, words to stderr. */
export interface Terminal {
  /** The command's data. */
  readonly data: (text: string) => void;
  /** Words for people. */
  readonly words: (text: string) => void;
  /** Whether words may have colours. */
  readonly colored: boolean;
  /** Whether data may have colours. */
  readonly coloredData: boolean;
  readonly progress: Progress;
}

/**
 * Takes stdout for the command's data alone: whatever else writes to it from now on (a config file that prints) comes out
 * on stderr.
 *
 * @param options - `quiet`: no words but findings and errors
 */
export function openTerminal({ stdout, stderr, env }: NodeJS.Process, { quiet }: { quiet: boolean }): Terminal {
  const writeData = stdout.write.bind(stdout);
  const writeWords = stderr.write.bind(stderr);
  stdout.write = writeWords;
  const hasColors = ({ isTTY }: NodeJS.WriteStream): boolean =>
    env["NO_COLOR"] === undefined && env["TERM"] !== "dumb" && (isTTY || "FORCE_COLOR" in env);
  return {
    data: (text) => void writeData(text),
    words: (text) => void writeWords(text),
    colored: hasColors(stderr),
    coloredData: hasColors(stdout),
    progress: quiet ? silent : stageLines(writeWords, stderr.isTTY),
  };
}

/** One line a stage with its time; on a terminal also while it runs. */
function stageLines(write: (text: string) => unknown, isTerminal: boolean): Progress {
  let since = 0;
  return {
    start: (stage) => {
      since = performance.now();
      if (isTerminal) write(`  ${stage.padEnd(9)} ...`);
    },
    done: (stage, outcome) => {
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      write(`${isTerminal ? "\r\u001b[2K" : ""}  ${stage.padEnd(9)} ${outcome.padEnd(44)} ${seconds} s\n`);
    },
  };
}
