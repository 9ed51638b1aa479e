import { DkistCoreError } from "../model/diagnostics.js";
import type { AirflowRest } from "./airflow-rest.js";
import { takeAwayCode, takeAwayFiles } from "./take-away.js";

/** A deployed release that may go, as far as it is known here. All paths are absolute. */
export interface Removable {
  /** `<name>_<version>`. */
  readonly release: string;
  readonly dagIds: readonly string[];
  /** Null where no DAGs folder is given, or none of the release's files are in it. */
  readonly dags: { readonly folder: string; readonly files: readonly string[] } | null;
  /** The CODE_MOUNTs that have its code. */
  readonly codeMounts: readonly string[];
}

/** What came of it. */
export type Pruned =
  | { readonly removed: true; /** Where it is now. */ readonly trash: readonly string[] }
  | { readonly removed: false; readonly keptBecause: string };

/**
 * Why Airflow still needs a release. Changes nothing.
 *
 * @returns to be read after "kept: "; null where it does not
 * @throws DkistCoreError AIRFLOW_NO_ANSWER
 */
export async function whyNeeded({ dagIds }: Pick<Removable, "dagIds">, airflow: AirflowRest): Promise<string | null> {
  for (const dagId of dagIds) {
    if ((await airflow.isPaused(dagId)) === undefined) return `this Airflow has never seen ${dagId}`;
  }
  return whyBusy(dagIds, airflow);
}

/**
 * Removes a release: pauses its DAGs, so that no task of theirs starts any more; looks whether runs are under way; takes
 * the DAG files away, so that no run can be started; looks again; and takes the code away last. Where a look finds a run,
 * everything is put back.
 *
 * @throws DkistCoreError AIRFLOW_NO_ANSWER or WRITE_FAILED; then the release is where it was
 */
export async function pruneRelease(release: Removable, airflow: AirflowRest): Promise<Pruned> {
  const needed = await whyNeeded(release, airflow);
  if (needed !== null) return { removed: false, keptBecause: needed };
  const undo: (() => Promise<void> | void)[] = [];
  try {
    for (const dagId of release.dagIds) {
      if ((await airflow.isPaused(dagId)) !== false) continue;
      undo.push(() => airflow.setPaused(dagId, false));
      await airflow.setPaused(dagId, true);
    }
    const busyNow = await whyBusy(release.dagIds, airflow);
    if (busyNow !== null) return await kept(busyNow, undo);
    const trash: string[] = [];
    if (release.dags !== null) {
      const taken = takeAwayFiles(release.dags.folder, release.release, release.dags.files);
      undo.push(taken.restore);
      trash.push(taken.trash);
      const busyStill = await whyBusy(release.dagIds, airflow);
      if (busyStill !== null) return await kept(busyStill, undo);
    }
    for (const codeMount of release.codeMounts) {
      const taken = takeAwayCode(codeMount, release.release);
      undo.push(taken.restore);
      trash.push(taken.trash);
    }
    return { removed: true, trash };
  } catch (error) {
    throw await undone(error, release.release, undo);
  }
}

async function whyBusy(dagIds: readonly string[], airflow: AirflowRest): Promise<string | null> {
  for (const dagId of dagIds) {
    const runs = await airflow.activeRuns(dagId);
    if (runs > 0)
      return `${runs} ${runs === 1 ? "run" : "runs"} of ${dagId} ${runs === 1 ? "is" : "are"} queued or running`;
  }
  return null;
}

/** What was done last is undone first: the code is there before its DAG files are. */
async function kept(keptBecause: string, undo: (() => Promise<void> | void)[]): Promise<Pruned> {
  while (undo.length > 0) await undo.pop()?.();
  return { removed: false, keptBecause };
}

/** The error, with what could not be put back. */
async function undone(error: unknown, release: string, undo: (() => Promise<void> | void)[]): Promise<unknown> {
  const failed: unknown[] = [];
  while (undo.length > 0) {
    try {
      await undo.pop()?.();
    } catch (cause) {
      failed.push(cause);
    }
  }
  if (failed.length === 0 || !(error instanceof DkistCoreError)) return error;
  const reasons = failed.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join("; ");
  return new DkistCoreError(error.code, `${error.message}; and ${release} is not as it was: ${reasons}`, {
    hint: "when Airflow answers again: unpause its DAGs, and see the releases command for what is in the trash",
    cause: error,
  });
}
