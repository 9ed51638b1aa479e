import type { TriggerRule } from "./trigger-rules.js";

/** A Workflow as plain, engine-independent data: what every stage after loading works on. */
export interface WorkflowModel {
  /** In either form the whole name, e.g. `l0_to_l1_vbi`. */
  readonly workflowName: string;
  /** The author's `workflowVersion`; null when the workflow leaves the version to the release. */
  readonly workflowVersion: string | null;
  /** Sorted, unique: the author's tags with input data, output data and category. The version joins at rendering. */
  readonly tags: readonly string[];
  /** What the author said of where it comes from. */
  readonly workflowPackage: string | null;
  /** The module that was imported, relative to the client repo, with forward slashes. */
  readonly file: string;
  /** In the author's order. */
  readonly nodes: readonly NodeModel[];
}

/** A Task placed in a Workflow. */
export interface NodeModel {
  /** The task id in Airflow. */
  readonly taskName: string;
  /** Which Task class this is, as an index that is stable within one load: two nodes with one number share a class. */
  readonly taskClass: number;
  /** Task names, unique, in the author's order. */
  readonly upstreams: readonly string[];
  /** Which workers run it. */
  readonly resourceQueue: string;
  /** How often Airflow runs it again when it failed. */
  readonly retries: number;
  /** Seconds between tries. */
  readonly retryDelaySeconds: number;
  /** Null: no limit. */
  readonly executionTimeoutSeconds: number | null;
  /** Null: Airflow's default pool. */
  readonly pool: string | null;
  /** Null: Airflow's default. */
  readonly priorityWeight: number | null;
  /** When it runs, given how its upstreams ended. */
  readonly triggerRule: TriggerRule;
}

/** A Task class as the rules see it; a node's `taskClass` is an index into a list of these. */
export interface TaskClassModel {
  /** Empty for an anonymous class. */
  readonly taskName: string;
  /** It has no `run()`. */
  readonly isAbstract: boolean;
}
