import { lstatSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { isAbandoned, parseTemporaryName } from "./temporary-name.js";

/** What somebody is making in a folder, or was making when they were killed. */
export interface FoundTemporary {
  /** Absolute. */
  readonly path: string;
  /** What it is to become. */
  readonly name: string;
  readonly isAbandoned: boolean;
}

/** The temporaries of a folder, sorted by name. What cannot be read is passed over: it goes on existing all the same. */
export function findTemporaries(folder: string): FoundTemporary[] {
  return namesIn(folder).flatMap((fileName) => {
    const temporary = parseTemporaryName(fileName);
    if (temporary === null) return [];
    const file = path.join(folder, fileName);
    const ageMs = ageOf(file);
    if (ageMs === undefined) return [];
    return [{ path: file, name: temporary.name, isAbandoned: isAbandoned(temporary, ageMs) }];
  });
}

/**
 * Removes temporaries that nobody works on any more.
 *
 * @returns the paths of those that are gone
 */
export function removeAbandoned(temporaries: readonly FoundTemporary[]): string[] {
  return temporaries
    .filter((found) => found.isAbandoned)
    .flatMap(({ path: file }) => {
      try {
        rmSync(file, { recursive: true, force: true });
        return [file];
      } catch {
        return []; // somebody else is at it, or it is not ours to remove
      }
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @returns undefined where it is gone */
function ageOf(file: string): number | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : Date.now() - found.mtimeMs;
}
