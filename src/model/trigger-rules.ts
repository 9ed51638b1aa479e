/** How the upstreams of a node stand; what is in none of the four counts is not over yet. */
export interface UpstreamCounts {
  readonly all: number;
  readonly success: number;
  readonly failed: number;
  readonly skipped: number;
  readonly upstreamFailed: number;
}

/** What becomes of a node: it runs, waits for more of its upstreams, or ends without having run. */
export type Verdict = "run" | "wait" | "skipped" | "upstream_failed";

/**
 * When a node runs, given its upstreams: the rules that Airflow 2.10, 2.11 and 3.x share, by Airflow's names and with
 * Airflow's meaning. A rule may decide before all upstreams are over.
 *
 * @see https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dags.html#trigger-rules
 */
const RULES = {
  all_success: (up) => (bad(up) > 0 ? "upstream_failed" : up.skipped > 0 ? "skipped" : whenOver(up)),
  all_failed: (up) => (up.success + up.skipped > 0 ? "skipped" : whenOver(up)),
  all_done: (up) => whenOver(up),
  all_skipped: (up) => (up.success + bad(up) > 0 ? "skipped" : whenOver(up)),
  one_failed: (up) => (bad(up) > 0 ? "run" : isOver(up) ? "skipped" : "wait"),
  one_success: (up) =>
    up.success > 0 ? "run" : !isOver(up) ? "wait" : up.skipped === up.all ? "skipped" : "upstream_failed",
  // Upstreams that did not run count neither as one that is done nor as one that is not.
  one_done: (up) => (up.success + up.failed > 0 ? "run" : isOver(up) ? "skipped" : "wait"),
  none_failed: (up) => (bad(up) > 0 ? "upstream_failed" : whenOver(up)),
  none_failed_min_one_success: (up) =>
    bad(up) > 0 ? "upstream_failed" : up.skipped === up.all ? "skipped" : whenOver(up),
  none_skipped: (up) => (up.skipped > 0 ? "skipped" : whenOver(up)),
  always: () => "run",
} as const satisfies Readonly<Record<string, (upstreams: UpstreamCounts) => Verdict>>;

/**
 * Airflow's name of a trigger rule, e.g. `all_success` (the default).
 *
 * @useDeclaredType
 */
export type TriggerRule = keyof typeof RULES;

export const TRIGGER_RULES = Object.keys(RULES) as readonly TriggerRule[];

/**
 * What a trigger rule says. A node without upstreams runs, whatever its rule.
 *
 * @example
 * verdictOf("all_success", { all: 2, success: 1, failed: 1, skipped: 0, upstreamFailed: 0 }) // "upstream_failed"
 */
export function verdictOf(rule: TriggerRule, upstreams: UpstreamCounts): Verdict {
  return upstreams.all === 0 ? "run" : RULES[rule](upstreams);
}

function bad({ failed, upstreamFailed }: UpstreamCounts): number {
  return failed + upstreamFailed;
}

function isOver(up: UpstreamCounts): boolean {
  return up.success + up.skipped + bad(up) === up.all;
}

function whenOver(up: UpstreamCounts): Verdict {
  return isOver(up) ? "run" : "wait";
}
