import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { byCodeUnit } from "../model/naming.js";
import { commandLineOf } from "./command-line.js";
import { makeStateFolder, STATE_FOLDER } from "../disk/state-folder.js";
import type { TryMarks } from "./task-process.js";

/** What a run is of: the content of `run.json`, which never changes. */
export interface RunRecord {
  readonly formatVersion: 1;
  readonly runId: string;
  readonly workflowName: string;
  readonly version: string;
  readonly recipeRunId: number;
  /** The DAG run's conf as JSON text. */
  readonly conf: string;
  /** The code zip that it runs, absolute; null: the client repo as it is. */
  readonly artifact: string | null;
  /** The one node that it runs; null: all. */
  readonly only: string | null;
}

/** Where runs are kept, relative to the client repo. */
export const RUNS_FOLDER = `${STATE_FOLDER}/runs`;

/**
 * Makes a run's folder. A folder without its `run.json`, which is renamed into place, is no run.
 *
 * @param root - the client repo, absolute
 * @param now - becomes a part of the id, so that ids sort by time
 * @throws DkistCoreError WRITE_FAILED
 */
export function createRun(root: string, record: Omit<RunRecord, "formatVersion" | "runId">, now: Date): RunRecord {
  const stem = `${now.toISOString().replace(/[-:.]/g, "")}-${record.workflowName}`;
  try {
    const runs = makeStateFolder(root, "runs");
    const runId = makeFolder(runs, stem);
    const complete: RunRecord = { formatVersion: 1, runId, ...record };
    const file = path.join(runs, runId, "run.json");
    writeFileSync(`${file}.part`, `${JSON.stringify(complete, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.part`, file);
    return complete;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new DkistCoreError("WRITE_FAILED", `cannot write the run's folder: ${reason}`, { cause });
  }
}

/** @param number - which one of this name; two runs may start in one millisecond */
function makeFolder(runs: string, stem: string, number = 1): string {
  const runId = number === 1 ? stem : `${stem}-${number}`;
  try {
    mkdirSync(path.join(runs, runId), { mode: 0o700 });
    return runId;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return makeFolder(runs, stem, number + 1);
  }
}

/** Every run of the client repo, oldest first. */
export function listRuns(root: string): RunRecord[] {
  let names: string[];
  try {
    names = readdirSync(path.join(root, RUNS_FOLDER)).sort(byCodeUnit);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      const text = readFileSync(path.join(root, RUNS_FOLDER, name, "run.json"), "utf8");
      const record = JSON.parse(text) as Omit<RunRecord, "formatVersion"> & { formatVersion: number };
      return record.formatVersion === 1 && record.runId === name ? [{ ...record, formatVersion: 1 }] : [];
    } catch {
      return [];
    }
  });
}

/** Where a try of a node keeps its files. All paths are absolute. */
export interface TryFiles {
  /** All tries of the node. */
  readonly folder: string;
  readonly log: string;
  /** The try's working folder: new, empty, and removed after it, as Airflow's BashOperator does. */
  readonly work: string;
  readonly failureReport: string;
  readonly marks: TryMarks;
}

export function tryFiles(runFolder: string, taskName: string, tryNumber: number): TryFiles {
  const folder = path.join(runFolder, "tasks", taskName);
  const file = (ending: string): string => path.join(folder, `${tryNumber}.${ending}`);
  return {
    folder,
    log: file("log"),
    work: file("work"),
    failureReport: file("failure.json"),
    marks: { pid: file("pid"), exit: file("exit") },
  };
}

/**
 * Takes a run for this process, so that no two go on with it at once.
 *
 * @returns gives it back
 * @throws DkistCoreError BAD_USAGE when another process has it
 */
export function lockRun(runFolder: string): () => void {
  const lock = path.join(runFolder, "lock");
  const own = `${process.pid} ${commandLineOf(process.pid) ?? ""}`;
  const ours = `${lock}.${process.pid}`;
  writeFileSync(ours, own, { mode: 0o600 });
  try {
    for (;;) {
      try {
        // Never a moment without its content.
        linkSync(ours, lock);
        return () => removeLock(lock, own);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const holder = holderOf(lock);
        if (holder === undefined) continue;
        const pid = Number.parseInt(holder, 10);
        if (holder === `${pid} ${commandLineOf(pid) ?? ""}`) {
          throw new DkistCoreError("BAD_USAGE", `the run ${path.basename(runFolder)} is under way in process ${pid}`, {
            hint: "wait for it, or stop it, before you resume it",
          });
        }
        // Its process was killed.
        removeLock(lock, holder);
      }
    }
  } finally {
    rmSync(ours, { force: true });
  }
}

/** Removes a lock while it is this holder's: two processes may have found the same one dead, and one have the run by now. */
export function removeLock(lock: string, holder: string): void {
  if (holderOf(lock) !== holder) return;
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
    if (holderOf(aside) !== holder) linkSync(aside, lock);
  } catch (error) {
    // Somebody else was faster.
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @returns undefined where nobody has it */
function holderOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
