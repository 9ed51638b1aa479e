/** What a release says to Airflow about all of its DAGs, from the config. */
export interface DagOptions {
  /** Airflow's owner of every task. */
  readonly owner: string;
  /** The Node on the workers: a name on PATH or an absolute path; one word, not a command line. */
  readonly nodeCommand: string;
  /** Whether new DAGs start paused. */
  readonly pausedUponCreation: boolean;
  /** Null: Airflow's own default. */
  readonly maxActiveRuns: number | null;
  /** Whether the DAG too has a failure callback, for tasks whose Airflow process was killed outright. */
  readonly killedTaskBackstop: boolean;
  /** Resource queue to Node's own flags, e.g. `{ high_memory: ["--max-old-space-size=64000"] }`. */
  readonly nodeOptions: Readonly<Record<string, readonly string[]>>;
}
