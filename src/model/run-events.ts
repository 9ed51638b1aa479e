import type { TaskState } from "./task-state.js";

/** What happens in a run, as it is written down in the run's folder and streamed by `run --json`. */
export type RunEvent = RunStarted | TaskChanged | RunFinished;

/** The first event of a run, and of each time that it is resumed. */
export interface RunStarted {
  /** Tells the events apart. */
  readonly event: "run_started";
  /** ISO 8601, UTC; so in every event. */
  readonly at: string;
  /** The name of the run's folder. */
  readonly runId: string;
  /** The workflow that runs. */
  readonly workflowName: string;
  /** The version it runs at. */
  readonly version: string;
  /** The workflow's name with the version. */
  readonly dagId: string;
  /** The recipe run that it works on. */
  readonly recipeRunId: number;
  /** The run's folder, relative to the client repo. */
  readonly folder: string;
  /** How many nodes the run has. */
  readonly nodes: number;
  /** Whether this run goes on where it was left. */
  readonly resumed: boolean;
}

/** A node has another state. */
export interface TaskChanged {
  /** Tells the events apart. */
  readonly event: "task";
  /** When. */
  readonly at: string;
  /** Which node. */
  readonly taskName: string;
  /** Its new state. */
  readonly state: TaskState;
  /** The try that is under way or was the last one; 0 before the first. */
  readonly tryNumber: number;
  /** The number of the last try that the node has; 0 before it may start. */
  readonly lastTry: number;
  /** The try's log, relative to the run's folder. */
  readonly log?: string;
  /** Of the try that ended: what its process exited with; 128 + the signal's number where one ended it. */
  readonly exitCode?: number;
  /** How long the try took that ended. */
  readonly seconds?: number;
  /** Why, in words: the task's own error, or what was done to it. */
  readonly reason?: string;
}

/** The last event of a run, unless it was killed. */
export interface RunFinished {
  /** Tells the events apart. */
  readonly event: "run_finished";
  /** When. */
  readonly at: string;
  /** As Airflow decides it, by the nodes that have no downstream; `stopped`: by a signal, before all was done. */
  readonly state: "success" | "failed" | "stopped";
  /** How many nodes ended in each state. */
  readonly counts: Readonly<Record<string, number>>;
  /** Since it started, or was resumed. */
  readonly seconds: number;
}
