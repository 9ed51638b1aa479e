import { realpathSync, stat, type Stats } from "node:fs";
import path from "node:path";

type Answer = (error: NodeJS.ErrnoException | null, stats: Stats) => void;

/** What a search for files uses to find out where links lead. */
export interface LinkLoops {
  /** For fast-glob's option `fs`. */
  readonly fs: { readonly stat: (file: string, answer: Answer) => void };
  /** The links that lead to a folder that they are in; they were not followed. */
  readonly found: readonly string[];
}

/**
 * Keeps a search from following links around: one loop would be followed forty times, two in one folder a number of times
 * that nobody has the time for.
 */
export function linkLoops(): LinkLoops {
  const found: string[] = [];
  return {
    found,
    fs: {
      // Asked of links alone.
      stat: (file, answer) => {
        stat(file, (error, stats) => {
          const isAround = error === null && stats.isDirectory() && isLoop(file);
          if (isAround) found.push(file);
          answer(isAround ? Object.assign(new Error(`${file} is a loop`), { code: "ELOOP" }) : error, stats);
        });
      },
    },
  };
}

function isLoop(link: string): boolean {
  try {
    const target = realpathSync(link);
    for (let folder = path.dirname(link); ; folder = path.dirname(folder)) {
      if (realpathSync(folder) === target) return true;
      if (folder === path.dirname(folder)) return false;
    }
  } catch {
    return false; // it is gone
  }
}
