import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import path from "node:path";

/**
 * Makes a folder and those above it, one after the other: Node's own way of making several at once waits for ever where
 * the system says ENOENT of a folder whose parent is there (below /proc, and on some mounts).
 *
 * @returns the folders that were not there, from the outermost on
 */
export function makeFolders(folder: string): string[] {
  if (existsSync(folder)) return [];
  const above = makeFolders(path.dirname(folder));
  try {
    mkdirSync(folder);
    return [...above, folder];
  } catch (error) {
    // Another process may be making the same one.
    if (existsSync(folder)) return above;
    removeEmpty(above);
    throw error;
  }
}

/** Takes folders away again; one that somebody has put something into stays. */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of [...folders].reverse()) {
    try {
      rmdirSync(folder);
    } catch {
      // not empty any more
    }
  }
}
