import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where runs leave what outlives them, relative to the client repo. */
export const STATE_FOLDER = ".dkist-core";

/**
 * Makes a folder below {@link STATE_FOLDER}, for this user alone.
 *
 * @param root - the client repo, absolute
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
