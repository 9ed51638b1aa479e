import { lstat, rm } from "node:fs/promises";
import { writeFailed } from "../disk/staged-files.js";
import { findLeftovers, type Leftover } from "./leftovers.js";

/**
 * What has lain in a folder's trash for so long.
 *
 * @param seconds - since it was moved there
 */
export async function longInTrash(folder: string, seconds: number): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const leftover of await findLeftovers(folder)) {
    if (leftover.kind !== "trash") continue;
    const stats = await lstat(leftover.path).catch(() => undefined);
    // A rename changes the inode (its ctime) and not the content (its mtime).
    const changed = Math.max(stats?.ctimeMs ?? Infinity, stats?.mtimeMs ?? Infinity);
    if (Date.now() - changed >= seconds * 1000) found.push(leftover);
  }
  return found;
}

/**
 * Deletes for good.
 *
 * @throws DkistCoreError WRITE_FAILED
 */
export async function deleteForGood({ path: file }: Leftover): Promise<void> {
  try {
    await rm(file, { recursive: true, force: true });
  } catch (cause) {
    throw writeFailed(cause);
  }
}
