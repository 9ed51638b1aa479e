import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What we keep in a client repo, relative to it: runs, and names for completion. */
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
  // Nothing in it belongs into the client's version control.
  writeFileSync(path.join(root, STATE_FOLDER, ".gitignore"), "*\n");
  return folder;
}
