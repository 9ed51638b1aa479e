import { DkistCoreError } from "../model/diagnostics.js";
import { dagId } from "../model/naming.js";
import { nearestName } from "../model/nearest-name.js";
import { dagRunConf } from "./dag-run-conf.js";
import { listRuns, RUNS_FOLDER, type RunRecord } from "./run-folder.js";

/** Which run to go on with, and what its user believes of it. */
export interface FindRequest {
  /** A workflow's name or DAG id. */
  readonly workflow: string;
  readonly recipeRunId?: number;
  readonly version?: string;
  readonly conf?: string;
}

/**
 * The run that is to be gone on with.
 *
 * @param root - the client repo, absolute
 * @param resume - a run's id, or `true` for the last one that fits
 * @returns undefined where there is nothing to go on with, but all that a new run needs
 * @throws DkistCoreError BAD_USAGE when there is no such run, or it is of something else
 */
export function findRun(root: string, options: FindRequest, resume: string | true): RunRecord | undefined {
  const runs = listRuns(root);
  const { workflow, recipeRunId } = options;
  const isOf = (run: RunRecord): boolean =>
    [run.workflowName, dagId(run.workflowName, run.version)].includes(workflow) &&
    (recipeRunId === undefined || run.recipeRunId === recipeRunId);
  const found = runs.findLast((run) => (resume === true ? isOf(run) : run.runId === resume));
  if (found === undefined && resume === true && recipeRunId !== undefined) return undefined;
  if (found === undefined) {
    const wanted = resume === true ? `of ${workflow} to resume` : resume;
    const near = nearestName(
      resume === true ? workflow : resume,
      runs.map(({ runId, workflowName }) => (resume === true ? workflowName : runId)),
    );
    throw new DkistCoreError("BAD_USAGE", `there is no run ${wanted} in ${RUNS_FOLDER}`, {
      hint: near === undefined ? "start one with --recipe-run-id NUMBER" : `did you mean ${near}?`,
    });
  }
  if (!isOf(found)) {
    const about = `${found.workflowName} with recipe run ${found.recipeRunId}`;
    throw new DkistCoreError("BAD_USAGE", `the run ${found.runId} is of ${about}`, {
      hint: "leave out --recipe-run-id, and name its workflow",
    });
  }
  if (options.version !== undefined && options.version !== found.version) {
    throw new DkistCoreError("BAD_USAGE", `the run ${found.runId} is of version ${found.version}`, {
      hint: "leave out --version, or start a new run",
    });
  }
  if (options.conf !== undefined && dagRunConf(found.recipeRunId, options.conf) !== found.conf) {
    throw new DkistCoreError("BAD_USAGE", `the run ${found.runId} has another conf`, {
      hint: "leave out --conf, or start a new run",
    });
  }
  return found;
}
