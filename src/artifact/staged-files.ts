import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";

/** One file to be put in place: written beside its target first. */
export interface StagedFile {
  /** Absolute. */
  readonly target: string;
  /** Writes the file, complete and checked, at the given temporary path. */
  readonly write: (temporary: string) => Promise<void>;
}

/**
 * Puts files in place so that each is, at any moment, the old one or the new one and whole: all are written beside their
 * targets first, then renamed in the given order. When one cannot be written, nothing has changed.
 *
 * @param writesAtOnce - more than one where no file's content depends on those before it: a disk confirms many files in
 *   about the time of one
 * @throws DkistCoreError WRITE_FAILED
 */
export async function putInPlace(files: readonly StagedFile[], writesAtOnce = 1): Promise<void> {
  const staged = files.map((file) => ({ ...file, temporary: temporaryPath(file.target) }));
  try {
    for (const folder of new Set(staged.map(({ target }) => path.dirname(target))))
      await mkdir(folder, { recursive: true });
    await forEach(staged, writesAtOnce, async ({ temporary, write }) => {
      await write(temporary);
      // A scheduler runs as another user: what may be read must not depend on the builder's umask.
      await chmod(temporary, 0o644);
    });
    await forEach(staged, writesAtOnce, ({ target }) => refuseFolder(target));
    for (const { temporary, target } of staged) await rename(temporary, target);
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
  }
}

/** Does the work for all items in their order, some at once; after a failure it starts none, and waits for those begun. */
async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  for (const outcome of await Promise.allSettled(Array.from({ length: atOnce }, worker))) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** Nothing can be renamed onto a folder; found out only then, the files before it would have been replaced already. */
async function refuseFolder(target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error(`${target} is a folder`);
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
