import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import type { AirflowRest } from "./airflow-rest.js";
import { PROMOTED } from "./prune-plan.js";
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

/** Who may still need a release. */
export interface Users {
  readonly airflow: AirflowRest;
  /** Whether the release is the promoted one by now: Airflow's answers can take minutes. */
  readonly isPromoted: () => Promise<boolean>;
}

/**
 * Why a release is still needed. Changes nothing.
 *
 * @returns to be read after "kept: "; null where it is not
 * @throws DkistCoreError AIRFLOW_NO_ANSWER
 */
export async function whyNeeded({ dagIds }: Pick<Removable, "dagIds">, users: Users): Promise<string | null> {
  for (const dagId of dagIds) {
    if ((await users.airflow.isPaused(dagId)) === undefined) return `this Airflow has never seen ${dagId}`;
  }
  return whyInUse(dagIds, users);
}

/**
 * Removes a release: pauses its DAGs, so that no task of theirs starts any more; looks whether runs are under way, or it
 * has been promoted; takes the DAG files away, so that no run can be started; looks again; takes the code away; and
 * unpauses what it has paused, as Airflow would remember it should the release be deployed again. Where a look finds
 * something, everything is put back.
 *
 * @throws DkistCoreError AIRFLOW_NO_ANSWER or WRITE_FAILED; then the release is where it was
 */
export async function pruneRelease(release: Removable, users: Users): Promise<Pruned> {
  const { airflow } = users;
  const needed = await whyNeeded(release, users);
  if (needed !== null) return { removed: false, keptBecause: needed };
  const undo: (() => Promise<void> | void)[] = [];
  const paused: string[] = [];
  try {
    for (const dagId of release.dagIds) {
      if ((await airflow.isPaused(dagId)) !== false) continue;
      undo.push(() => airflow.setPaused(dagId, false));
      await airflow.setPaused(dagId, true);
      paused.push(dagId);
    }
    const inUse = await whyInUse(release.dagIds, users);
    if (inUse !== null) return await kept(inUse, undo);
    const trash: string[] = [];
    if (release.dags !== null) {
      const taken = takeAwayFiles(release.dags.folder, release.release, release.dags.files);
      undo.push(taken.restore);
      trash.push(taken.trash);
      const stillInUse = await whyInUse(release.dagIds, users);
      if (stillInUse !== null) return await kept(stillInUse, undo);
    }
    for (const codeMount of release.codeMounts) {
      const taken = takeAwayCode(codeMount, release.release);
      undo.push(taken.restore);
      trash.push(taken.trash);
    }
    // Its files are gone: what Airflow might still start until it has noticed fails at once, instead of waiting for ever.
    for (const dagId of paused) await airflow.setPaused(dagId, false);
    return { removed: true, trash };
  } catch (error) {
    throw await undone(error, release.release, undo);
  }
}

async function whyInUse(dagIds: readonly string[], { airflow, isPromoted }: Users): Promise<string | null> {
  for (const dagId of dagIds) {
    const runs = await airflow.activeRuns(dagId);
    if (runs > 0)
      return `${runs} ${runs === 1 ? "run" : "runs"} of ${dagId} ${runs === 1 ? "is" : "are"} queued or running`;
  }
  return (await isPromoted()) ? PROMOTED : null;
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
  const reasons = failed.map((cause) => messageOf(cause)).join("; ");
  return new DkistCoreError(error.code, `${error.message}; and ${release} is not as it was: ${reasons}`, {
    hint: "when Airflow answers again: unpause its DAGs, and see the releases command for what is in the trash",
    cause: error,
  });
}
