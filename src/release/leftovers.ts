import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { findTemporaries, removeAbandoned, type FoundTemporary } from "../disk/abandoned.js";
import { parseTemporaryName } from "../disk/temporary-name.js";
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
  const temporaries = temporariesOf(folder);
  const kept = (await namesIn(trash)).filter((name) => name !== ".airflowignore" && parseTemporaryName(name) === null);
  return Promise.all([
    ...temporaries.map(async ({ path: file, isAbandoned }): Promise<Leftover> => ({
      kind: "temporary",
      path: file,
      isAbandoned,
      bytes: await bytesOf(file),
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
export function removeLeftHalf(folder: string): string[] {
  return removeAbandoned(temporariesOf(folder));
}

function temporariesOf(folder: string): FoundTemporary[] {
  return [folder, path.join(folder, TRASH)].flatMap(findTemporaries);
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
