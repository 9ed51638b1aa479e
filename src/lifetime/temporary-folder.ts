import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { atExit } from "./at-exit.js";

/**
 * Works in a new folder, which is removed afterwards, however the work or this process ends.
 *
 * @param name - says whose it is, e.g. `airflow`
 * @param work - is given the folder's absolute path
 */
export async function withTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), `dkist-core-${name}-`));
  // A child that is being killed may still write into it.
  const forget = atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}
