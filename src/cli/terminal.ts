import { silent, type Progress } from "../model/progress.js";
import { openStageLines, type StageScreen } from "./stage-lines.js";
import { canRedraw, hasColors } from "./stream-abilities.js";

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
  /** Whether somebody looks at the words as they come, and lines may be drawn anew. */
  readonly isLive: boolean;
  /** For what a command makes or checks: each stage leaves a line. */
  readonly progress: Progress;
  /** For what a command is asked to show: its stages are seen while they run, and leave nothing. */
  readonly passing: Progress;
  /** Takes away what is drawn anew. */
  readonly close: () => void;
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
  const isLive = canRedraw(stderr, env);
  const screen: Omit<StageScreen, "keepsLines"> = {
    write: writeWords,
    // A terminal that nobody has measured says 0.
    columns: isLive ? () => stderr.columns || 80 : undefined,
  };
  const stages = openStageLines({ ...screen, keepsLines: true });
  const passing = openStageLines({ ...screen, keepsLines: false });
  const giveWay = (text: string): void => {
    if (text === "") return;
    stages.giveWay(text);
    passing.giveWay(text);
  };
  stdout.write = stderr.write = ((...parameters: Parameters<typeof writeWords>) => {
    const [chunk] = parameters;
    giveWay(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("latin1"));
    return writeWords(...parameters);
  }) as typeof writeWords;
  return {
    data: (text) => {
      if (stdout.isTTY) giveWay(text);
      writeData(text);
    },
    words: (text) => void stderr.write(text),
    colored: hasColors(stderr, env),
    coloredData: hasColors(stdout, env),
    isLive,
    progress: quiet ? silent : stages,
    passing: quiet ? silent : passing,
    close: () => {
      stages.close();
      passing.close();
    },
  };
}
