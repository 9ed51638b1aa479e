/** What all tasks of a run are told. */
export interface RunFacts {
  readonly runId: string;
  readonly workflowName: string;
  readonly version: string;
  readonly dagId: string;
  readonly recipeRunId: number;
  /** The DAG run's conf as JSON. */
  readonly conf: string;
  /** The folder that holds the release's folder. */
  readonly codeMount: string;
}

/**
 * The variables that the DAG's operator sets, for a try of a node.
 *
 * @param failureReport - where the task leaves why it failed; absolute
 */
export function taskEnvironment(
  facts: RunFacts,
  taskName: string,
  tryNumber: number,
  failureReport: string,
): Record<string, string> {
  return {
    CODE_MOUNT: facts.codeMount,
    DKIST_TASK: taskName,
    DKIST_WORKFLOW: facts.workflowName,
    DKIST_VERSION: facts.version,
    DKIST_RECIPE_RUN_ID: String(facts.recipeRunId),
    DKIST_DAG_RUN_CONF: facts.conf,
    DKIST_DAG_ID: facts.dagId,
    DKIST_RUN_ID: facts.runId,
    DKIST_TRY_NUMBER: String(tryNumber),
    DKIST_FAILURE_REPORT: failureReport,
  };
}
