import { chmodSync, closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { open, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { atExit } from "../lifetime/at-exit.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { findTemporaries, removeAbandoned } from "./abandoned.js";
import { makeFolders, removeEmpty } from "./make-folders.js";
import { temporaryName } from "./temporary-name.js";

/** One file to be put in place: written beside its target first. */
export interface StagedFile {
  /** Absolute. */
  readonly target: string;
  /** Where it is written first, on the target's disk. Default: the target's folder. */
  readonly stagingFolder?: string;
  /** Writes the file, complete and checked, at the given temporary path. */
  readonly write: (temporary: string) => Promise<void> | void;
}

/** What is written, and not yet in place. */
export interface Staged {
  /** Puts everything in place; what cannot be is removed. @throws DkistCoreError WRITE_FAILED */
  readonly commit: () => Promise<void>;
  /** Removes it. */
  readonly discard: () => Promise<void>;
}

/**
 * Puts files in place so that each is, at any moment, the old one or the new one and whole: all are written beside their
 * targets first, then renamed in the given order. When one cannot be written, nothing has changed.
 *
 * @throws DkistCoreError WRITE_FAILED
 */
export async function putInPlace(files: readonly StagedFile[]): Promise<void> {
  await (await stageFiles(files)).commit();
}

/**
 * The first half of {@link putInPlace}.
 *
 * Each small step is synchronous: a thousand times the way through the event loop takes longer than the steps themselves.
 *
 * @throws DkistCoreError WRITE_FAILED, and then nothing is left
 */
export async function stageFiles(files: readonly StagedFile[]): Promise<Staged> {
  const staged = files.map((file) => {
    const folder = file.stagingFolder ?? path.dirname(file.target);
    return { ...file, folder, temporary: path.join(folder, temporaryName(path.basename(file.target))) };
  });
  const made: string[] = [];
  const forget = atExit(() => {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    removeEmpty(made);
  });
  const discard = async (): Promise<void> => {
    // What cannot be removed (its folder is none) must not hide why nothing could be written.
    await Promise.allSettled(staged.map(({ temporary }) => rm(temporary, { force: true })));
    removeEmpty(made);
    forget();
  };
  const orDiscard = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      await discard();
      throw writeFailed(cause);
    }
  };
  await orDiscard(async () => {
    for (const folder of new Set(staged.map((file) => file.folder))) made.push(...makeFolders(folder));
    removeOlderTries(staged);
    for (const { temporary, write } of staged) {
      await write(temporary);
      // A scheduler runs as another user: what may be read must not depend on the builder's umask.
      chmodSync(temporary, 0o644);
    }
    for (const { target } of staged) refuseFolder(target);
  });
  return {
    discard,
    commit: async () => {
      await orDiscard(async () => {
        for (const { temporary, target } of staged) renameSync(temporary, target);
        for (const folder of new Set(staged.map(({ target }) => path.dirname(target)))) await syncFolder(folder);
      });
      forget();
    },
  };
}

/** What was written for the same targets by somebody who was killed. */
function removeOlderTries(staged: readonly { readonly target: string; readonly folder: string }[]): void {
  const targets = new Set(staged.map(({ folder, target }) => path.join(folder, path.basename(target))));
  for (const folder of new Set(staged.map((file) => file.folder))) {
    removeAbandoned(findTemporaries(folder).filter(({ name }) => targets.has(path.join(folder, name))));
  }
}

/** Nothing can be renamed onto a folder; found out only then, the files before it would have been replaced already. */
function refuseFolder(target: string): void {
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error(`${target} is a folder`);
}

/** What a failed write is told as, unless it says so itself. */
export function writeFailed(cause: unknown): DkistCoreError {
  if (cause instanceof DkistCoreError) return cause;
  return new DkistCoreError("WRITE_FAILED", `cannot write: ${messageOf(cause)}`, {
    hint: "check the folder, its permissions and the space on the disk; every file is still whole",
    cause,
  });
}

/** Writes content; for files that can be made again, as a power cut may leave them empty. */
export function writeWhole(file: string, content: string): void {
  const descriptor = openSync(file, "wx");
  try {
    // The text as it is: writeFileSync() makes bytes of it first, which takes longer than writing them.
    const written = writeSync(descriptor, content);
    if (written < Buffer.byteLength(content)) writeFileSync(descriptor, Buffer.from(content).subarray(written));
  } finally {
    closeSync(descriptor);
  }
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

/** So that the names in it survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Some file systems cannot sync a folder, and one may be written and not read; the renames have happened all the same.
  } finally {
    await handle?.close();
  }
}
