import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { removeEmpty } from "../disk/make-folders.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { TRASH } from "./layout.js";
import { makeTrash } from "./trash.js";

/** What was moved into the trash. */
export interface TakenAway {
  /** Where it is now, absolute. */
  readonly trash: string;
  /**
   * Puts everything back, but for what somebody has put there again since.
   *
   * @throws DkistCoreError WRITE_FAILED, naming what is still in the trash
   */
  readonly restore: () => void;
}

/**
 * Moves files of a DAGs folder into its trash, one after another.
 *
 * @param files - names in the folder, in the order in which they go
 * @throws DkistCoreError WRITE_FAILED, and then everything is where it was, but for what it names
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
  const trash = path.join(folder, TRASH, `${release}.${randomBytes(4).toString("hex")}`);
  /** @returns what could not be put back, in a sentence each; it is still in the trash */
  const putBack = (): string[] => {
    const failed: string[] = [];
    for (let move = moved.pop(); move !== undefined; move = moved.pop()) {
      const [from, to] = move;
      try {
        // A deploy may have put the release there again.
        if (lstatSync(from, { throwIfNoEntry: false }) === undefined) renameSync(to, from);
      } catch (cause) {
        failed.push(`${from} cannot be put back from ${to}: ${messageOf(cause)}`);
      }
    }
    removeEmpty([trash]);
    return failed;
  };
  try {
    makeTrash(folder);
    for (const move of plan(trash)) {
      renameSync(...move);
      moved.push(move);
    }
  } catch (cause) {
    throw failure([`cannot write: ${messageOf(cause)}`, ...putBack()], cause);
  }
  return {
    trash,
    restore: () => {
      const failed = putBack();
      if (failed.length > 0) throw failure(failed);
    },
  };
}

function failure(reasons: readonly string[], cause?: unknown): DkistCoreError {
  return new DkistCoreError("WRITE_FAILED", reasons.join("; "), {
    hint: "check the folder and its permissions; nothing is lost: see the releases command for what is in the trash",
    ...(cause === undefined ? {} : { cause }),
  });
}
