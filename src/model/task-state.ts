/**
 * Where a node of a run stands, by Airflow's names; null, as in Airflow, while it waits for its upstreams. `scheduled`: it
 * may start, and waits for a place.
 */
export type TaskState =
  "scheduled" | "running" | "up_for_retry" | "success" | "failed" | "skipped" | "upstream_failed" | null;

/** A state that nothing follows, unless a run is resumed. */
export type FinalState = "success" | "failed" | "skipped" | "upstream_failed";

/** In the order of a summary. */
export const FINAL_STATES = ["success", "failed", "upstream_failed", "skipped"] as const satisfies FinalState[];

/** Whether nothing follows a state, unless the run is resumed. */
export function isFinal(state: TaskState): state is FinalState {
  return state !== null && (FINAL_STATES as readonly TaskState[]).includes(state);
}
