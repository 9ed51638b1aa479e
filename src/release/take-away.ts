import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { writeFailed } from "../disk/staged-files.js";
import { makeTrash } from "./trash.js";

/** What was moved into the trash. */
export interface TakenAway {
  /** Where it is now, absolute. */
  readonly trash: string;
  /** Puts everything back. */
  readonly restore: () => void;
}

/**
 * Moves files of a DAGs folder into its trash, one after another.
 *
 * @param files - names in the folder, in the order in which they go
 * @throws DkistCoreError WRITE_FAILED, and then everything is where it was
 */
export function takeAwayFiles(folder: string, release: string, files: readonly string[]): TakenAway {
  return moving(folder, release, (trash) => {
    mkdirSync(trash);
    return files.map((name) => [path.join(folder, name), path.join(trash, name)]);
  });
}

/**
 * Moves a release's folder of code into the CODE_MOUNT's trash.
 *
 * @throws DkistCoreError WRITE_FAILED, and then it is where it was
 */
export function takeAwayCode(codeMount: string, release: string): TakenAway {
  return moving(codeMount, release, (trash) => [[path.join(codeMount, release), trash]]);
}

function moving(
  folder: string,
  release: string,
  plan: (trash: string) => readonly (readonly [from: string, to: string])[],
): TakenAway {
  const moved: (readonly [from: string, to: string])[] = [];
  const restore = (): void => {
    for (const [from, to] of moved.splice(0).reverse()) renameSync(to, from);
  };
  try {
    const trash = path.join(makeTrash(folder), `${release}.${randomBytes(4).toString("hex")}`);
    for (const move of plan(trash)) {
      renameSync(...move);
      moved.push(move);
    }
    return { trash, restore };
  } catch (cause) {
    restore();
    throw writeFailed(cause);
  }
}
