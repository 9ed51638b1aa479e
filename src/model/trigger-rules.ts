/**
 * When a node runs, given the states of its upstreams: the rules that Airflow 2.10, 2.11 and 3.x share, by Airflow's names.
 *
 * @see https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#trigger-rules
 */
export const TRIGGER_RULES = [
  "all_success",
  "all_failed",
  "all_done",
  "all_skipped",
  "one_failed",
  "one_success",
  "one_done",
  "none_failed",
  "none_failed_min_one_success",
  "none_skipped",
  "always",
] as const;

/** Airflow's name of a trigger rule, e.g. `all_success` (the default). */
export type TriggerRule = (typeof TRIGGER_RULES)[number];
