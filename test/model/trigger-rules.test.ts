import { describe, expect, it } from "@jest/globals";
import {
  TRIGGER_RULES,
  verdictOf,
  type TriggerRule,
  type UpstreamCounts,
  type Verdict,
} from "../../src/model/trigger-rules.js";

type UpstreamState = "success" | "failed" | "skipped" | "upstream_failed" | "running";

/** How one upstream, or some, decide each rule; as Airflow's own documentation and source say. */
const TABLE: Readonly<Record<TriggerRule, Readonly<Record<string, Verdict>>>> = {
  all_success: {
    S: "run",
    F: "upstream_failed",
    K: "skipped",
    U: "upstream_failed",
    SR: "wait",
    FR: "upstream_failed",
    KR: "skipped",
    FK: "upstream_failed",
  },
  all_failed: { S: "skipped", F: "run", K: "skipped", U: "run", FU: "run", FR: "wait", SR: "skipped", FK: "skipped" },
  all_done: { S: "run", F: "run", K: "run", U: "run", SFKU: "run", SFKR: "wait" },
  all_skipped: { S: "skipped", F: "skipped", K: "run", U: "skipped", KK: "run", KR: "wait", SR: "skipped" },
  one_failed: { S: "skipped", F: "run", K: "skipped", U: "run", SR: "wait", FR: "run", UR: "run", SK: "skipped" },
  one_success: {
    S: "run",
    F: "upstream_failed",
    K: "skipped",
    U: "upstream_failed",
    SR: "run",
    FR: "wait",
    FK: "upstream_failed",
    KK: "skipped",
  },
  one_done: { S: "run", F: "run", K: "skipped", U: "skipped", KR: "wait", SR: "run", FR: "run", KU: "skipped" },
  none_failed: {
    S: "run",
    F: "upstream_failed",
    K: "run",
    U: "upstream_failed",
    SK: "run",
    KR: "wait",
    FR: "upstream_failed",
  },
  none_failed_min_one_success: {
    S: "run",
    F: "upstream_failed",
    K: "skipped",
    U: "upstream_failed",
    SK: "run",
    KK: "skipped",
    SR: "wait",
    KR: "wait",
  },
  none_skipped: { S: "run", F: "run", K: "skipped", U: "run", SF: "run", KR: "skipped", SR: "wait" },
  always: { S: "run", F: "run", K: "run", U: "run", R: "run" },
};
const STATES: Readonly<Record<string, UpstreamState>> = {
  S: "success",
  F: "failed",
  K: "skipped",
  U: "upstream_failed",
  R: "running",
};

const rows = TRIGGER_RULES.flatMap((rule) =>
  Object.entries(TABLE[rule]).map(([letters, verdict]) => ({
    rule,
    upstreams: Array.from(letters, (letter) => STATES[letter] ?? "running"),
    verdict,
  })),
);

/** Airflow's TriggerRuleDep, line by line: the state that it sets, else whether a status fails. */
function airflowVerdict(rule: TriggerRule, upstreams: readonly UpstreamState[]): Verdict {
  const count = (state: UpstreamState): number => upstreams.filter((one) => one === state).length;
  const [success, skipped, failed] = [count("success"), count("skipped"), count("failed")];
  const upstreamFailed = count("upstream_failed");
  const upstream = upstreams.length;
  const done = success + skipped + failed + upstreamFailed;
  const upstreamDone = done >= upstream;
  const anyFailed = upstreamFailed > 0 || failed > 0;
  const newState: Partial<Record<TriggerRule, () => Verdict | undefined>> = {
    all_success: () => (anyFailed ? "upstream_failed" : skipped > 0 ? "skipped" : undefined),
    all_failed: () => (success > 0 || skipped > 0 ? "skipped" : undefined),
    one_success: () =>
      upstreamDone && done === skipped ? "skipped" : upstreamDone && success <= 0 ? "upstream_failed" : undefined,
    one_failed: () => (upstreamDone && !anyFailed ? "skipped" : undefined),
    one_done: () => (upstreamDone && !(failed > 0 || success > 0) ? "skipped" : undefined),
    none_failed: () => (anyFailed ? "upstream_failed" : undefined),
    none_failed_min_one_success: () => (anyFailed ? "upstream_failed" : skipped === upstream ? "skipped" : undefined),
    none_skipped: () => (skipped > 0 ? "skipped" : undefined),
    all_skipped: () => (success > 0 || anyFailed ? "skipped" : undefined),
  };
  const passes: Record<TriggerRule, boolean> = {
    one_success: success > 0,
    one_failed: anyFailed,
    one_done: success + failed > 0,
    all_success: upstream - success <= 0,
    all_failed: upstream - failed - upstreamFailed <= 0,
    all_done: upstreamDone,
    none_failed: upstream - success - skipped <= 0,
    none_failed_min_one_success: upstream - success - skipped <= 0 && success > 0,
    none_skipped: upstreamDone && skipped === 0,
    all_skipped: upstream - skipped <= 0,
    always: true,
  };
  return newState[rule]?.() ?? (passes[rule] ? "run" : "wait");
}

function counts(upstreams: readonly UpstreamState[]): UpstreamCounts {
  const count = (state: UpstreamState): number => upstreams.filter((one) => one === state).length;
  return {
    all: upstreams.length,
    success: count("success"),
    failed: count("failed"),
    skipped: count("skipped"),
    upstreamFailed: count("upstream_failed"),
  };
}

/** Every way in which so many upstreams can stand, whatever their order. */
function combinations(length: number, from = Object.values(STATES)): UpstreamState[][] {
  if (length === 0) return [[]];
  return from.flatMap((state, index) => combinations(length - 1, from.slice(index)).map((rest) => [state, ...rest]));
}

describe("trigger rules", () => {
  it.each(rows)("$rule after $upstreams: $verdict", ({ rule, upstreams, verdict }) => {
    expect(verdictOf(rule, counts(upstreams))).toBe(verdict);
  });

  it.each(TRIGGER_RULES)("%s judges every combination of up to four upstreams as Airflow's own code does", (rule) => {
    for (const length of [1, 2, 3, 4]) {
      for (const upstreams of combinations(length)) {
        expect([upstreams, verdictOf(rule, counts(upstreams))]).toEqual([upstreams, airflowVerdict(rule, upstreams)]);
      }
    }
  });

  it.each(TRIGGER_RULES)("%s lets a node without upstreams run", (rule) => {
    expect(verdictOf(rule, counts([]))).toBe("run");
  });

  it("are the eleven that Airflow 2.10 to 3.x share", () => {
    expect(TRIGGER_RULES).toHaveLength(11);
  });
});
