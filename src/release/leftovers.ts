import { lstat, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { isAbandoned, parseTemporaryName } from "../disk/temporary-name.js";
import { byCodeUnit } from "../model/naming.js";
import { TRASH } from "./layout.js";

/** Something that a deploy has left in a CODE_MOUNT or a DAGs folder. */
export interface Leftover {
  /** `trash`: what was there before. `temporary`: what a deploy is making, or was when it was killed. */
  readonly kind: "trash" | "temporary";
  /** Absolute. */
  readonly path: string;
  /** Its size, with all that is in it. */
  readonly bytes: number;
  /** Whether nobody works on it any more; the next deploy removes it. */
  readonly isAbandoned: boolean;
}

/** All leftovers of a folder, sorted by path. What cannot be read is passed over: it goes on existing all the same. */
export async function findLeftovers(folder: string): Promise<Leftover[]> {
  const trash = path.join(folder, TRASH);
  const temporaries = await findTemporaries(folder);
  const kept = (await namesIn(trash)).filter((name) => name !== ".airflowignore" && parseTemporaryName(name) === null);
  return Promise.all([
    ...temporaries.map(async (found): Promise<Leftover> => ({
      kind: "temporary",
      ...found,
      bytes: await bytesOf(found.path),
    })),
    ...kept.map(async (name): Promise<Leftover> => {
      const file = path.join(trash, name);
      return { kind: "trash", path: file, bytes: await bytesOf(file), isAbandoned: false };
    }),
  ]);
}

/**
 * Removes what killed deploys have left half made.
 *
 * @returns the paths
 */
export async function removeAbandoned(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for (const { path: file, isAbandoned } of await findTemporaries(folder)) {
    if (!isAbandoned) continue;
    try {
      await rm(file, { recursive: true, force: true });
      removed.push(file);
    } catch {
      // Another deploy is at it, or it is not ours to remove.
    }
  }
  return removed;
}

async function findTemporaries(folder: string): Promise<{ path: string; isAbandoned: boolean }[]> {
  const found: { path: string; isAbandoned: boolean }[] = [];
  for (const place of [folder, path.join(folder, TRASH)]) {
    for (const name of await namesIn(place)) {
      const temporary = parseTemporaryName(name);
      if (temporary === null) continue;
      const file = path.join(place, name);
      const stats = await lstat(file).catch(() => undefined);
      if (stats !== undefined) {
        found.push({ path: file, isAbandoned: isAbandoned(temporary, Date.now() - stats.mtimeMs) });
      }
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort(byCodeUnit);
}

async function bytesOf(file: string): Promise<number> {
  const stats = await lstat(file).catch(() => undefined);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  const below = await Promise.all((await namesIn(file)).map((name) => bytesOf(path.join(file, name))));
  return below.reduce((sum, bytes) => sum + bytes, 0);
}
