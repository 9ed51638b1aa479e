import { randomBytes } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import path from "node:path";
import { atExit } from "../lifetime/at-exit.js";
import { DkistCoreError } from "../model/diagnostics.js";

/** One file to be put in place: written beside its target first. */
export interface StagedFile {
  /** Absolute. */
  readonly target: string;
  /** Writes the file, complete and checked, at the given temporary path. */
  readonly write: (temporary: string) => Promise<void> | void;
}

/**
 * Puts files in place so that each is, at any moment, the old one or the new one and whole: all are written beside their
 * targets first, then renamed in the given order. When one cannot be written, nothing has changed.
 *
 * Each small step is synchronous: a thousand times the way through the event loop takes longer than the steps themselves.
 *
 * @throws DkistCoreError WRITE_FAILED
 */
export async function putInPlace(files: readonly StagedFile[]): Promise<void> {
  const staged = files.map((file) => ({ ...file, temporary: temporaryPath(file.target) }));
  const forget = atExit(() => {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  });
  try {
    for (const folder of new Set(staged.map(({ target }) => path.dirname(target))))
      mkdirSync(folder, { recursive: true });
    for (const { temporary, write } of staged) {
      await write(temporary);
      // A scheduler runs as another user: what may be read must not depend on the builder's umask.
      chmodSync(temporary, 0o644);
    }
    for (const { target } of staged) refuseFolder(target);
    for (const { temporary, target } of staged) renameSync(temporary, target);
    for (const folder of new Set(staged.map(({ target }) => path.dirname(target)))) await syncFolder(folder);
  } catch (cause) {
    // What cannot be removed (its folder is none) must not hide why nothing could be written.
    await Promise.allSettled(staged.map(({ temporary }) => rm(temporary, { force: true })));
    if (cause instanceof DkistCoreError) throw cause;
    throw new DkistCoreError(
      "WRITE_FAILED",
      `cannot write: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: "check the folder, its permissions and the space on the disk; every file is still whole",
        cause,
      },
    );
  } finally {
    forget();
  }
}

/** Nothing can be renamed onto a folder; found out only then, the files before it would have been replaced already. */
function refuseFolder(target: string): void {
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error(`${target} is a folder`);
}

/** Writes content; for files that can be made again, as a power cut may leave them empty. */
export function writeWhole(file: string, content: string): void {
  writeFileSync(file, content, { flag: "wx" });
}

/** Writes content so that it survives a power cut once the name is in place. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** In the same folder, so that renaming is atomic; hidden, and with an ending that Airflow does not parse. */
function temporaryPath(target: string): string {
  const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
  return path.join(path.dirname(target), `.${path.basename(target)}.${unique}.tmp`);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder; the renames have happened all the same.
  } finally {
    await handle.close();
  }
}
