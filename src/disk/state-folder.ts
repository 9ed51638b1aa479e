import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryName } from "./temporary-name.js";

/** What we keep in a client repo, relative to it: runs, what earlier builds found out, and names for completion. */
export const STATE_FOLDER = ".dkist-core";

/**
 * Makes a folder below {@link STATE_FOLDER}, for this user alone.
 *
 * @param root - the client repo, absolute
 * @param name - `.` for that one itself
 * @returns absolute
 */
export function makeStateFolder(root: string, name: string): string {
  const folder = path.join(root, STATE_FOLDER, name);
  // Conf and logs may hold what is nobody else's business.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Nothing in it belongs into the client's version control. Written once: a file that is emptied first goes to the disk at once.
  const ignored = path.join(root, STATE_FOLDER, ".gitignore");
  if (!existsSync(ignored)) writeFileSync(ignored, "*\n");
  return folder;
}

/**
 * Keeps what was found out for the next time, whole or not at all. A client repo that cannot be written to keeps nothing.
 *
 * @param name - of the file, relative to {@link STATE_FOLDER}
 */
export function keepInState(root: string, name: string, content: string | Uint8Array): void {
  try {
    const folder = makeStateFolder(root, path.dirname(name));
    const temporary = path.join(folder, temporaryName(path.basename(name)));
    try {
      writeFileSync(temporary, content, { mode: 0o600 });
      renameSync(temporary, path.join(root, STATE_FOLDER, name));
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // What was to be kept is found out again.
  }
}
