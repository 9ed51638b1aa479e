import { isFinal, type TaskState } from "../model/task-state.js";
import { verdictOf, type UpstreamCounts } from "../model/trigger-rules.js";
import type { RunGraph, RunNode } from "./run-graph.js";

/** Where a node stands. */
export interface NodeStatus {
  readonly state: TaskState;
  /** The try that is under way or was the last one; 0 before the first. */
  readonly tryNumber: number;
  /** The number of the last try it has; 0 before it may start. */
  readonly lastTry: number;
}

/** By task name; a node that is not in it waits. */
export type Statuses = ReadonlyMap<string, NodeStatus>;

/** What can happen to a run. */
export type Happening =
  /** It begins, or goes on from where it was. */
  | { readonly kind: "begin" }
  | { readonly kind: "started" | "retry_due" | "stopped"; readonly taskName: string }
  | { readonly kind: "ended"; readonly taskName: string; readonly outcome: "success" | "failed" | "skipped" };

/** A node's new status. */
export interface Change extends NodeStatus {
  readonly taskName: string;
}

export const WAITING: NodeStatus = { state: null, tryNumber: 0, lastTry: 0 };

/**
 * The whole of the engine's decisions: what changes when something happens. Nothing is done here; what may start is what
 * became `scheduled`, what may start later is what became `up_for_retry`.
 *
 * @returns the changes in the order in which they follow from one another
 * @example
 * react(graph, statuses, { kind: "ended", taskName: "Dark", outcome: "failed" })
 * // [{ taskName: "Dark", state: "failed", … }, { taskName: "Gain", state: "upstream_failed", … }]
 */
export function react(graph: RunGraph, statuses: Statuses, happening: Happening): Change[] {
  if (happening.kind === "begin") return follow(graph, statuses, [], [...graph.nodes.keys()]);
  const { taskName } = happening;
  const node = graph.nodes.get(taskName);
  if (node === undefined) return [];
  const next = nextStatus(statuses.get(taskName) ?? WAITING, happening);
  const changes: Change[] = [{ taskName, ...next }];
  return isFinal(next.state) ? follow(graph, statuses, changes, graph.downstreams.get(taskName) ?? []) : changes;
}

function nextStatus(status: NodeStatus, happening: Exclude<Happening, { kind: "begin" }>): NodeStatus {
  switch (happening.kind) {
    case "started":
      return { ...status, state: "running", tryNumber: status.tryNumber + 1 };
    case "retry_due":
      return { ...status, state: "scheduled" };
    case "stopped":
      return { ...status, state: null };
    case "ended": {
      const again = happening.outcome === "failed" && status.tryNumber < status.lastTry;
      return { ...status, state: again ? "up_for_retry" : happening.outcome };
    }
  }
}

/** Judges nodes that wait, and those below the ones that thereby end. */
function follow(graph: RunGraph, statuses: Statuses, changes: Change[], toJudge: readonly string[]): Change[] {
  const changed = new Map<string, NodeStatus>(changes.map(({ taskName, ...status }) => [taskName, status]));
  const statusOf = (taskName: string): NodeStatus => changed.get(taskName) ?? statuses.get(taskName) ?? WAITING;
  const waiting = [...toJudge];
  // The list grows while it is walked.
  for (const taskName of waiting) {
    const node = graph.nodes.get(taskName);
    const status = statusOf(taskName);
    if (node === undefined || status.state !== null) continue;
    const verdict = verdictOf(node.triggerRule, countUpstreams(node, statusOf));
    if (verdict === "wait") continue;
    const next: NodeStatus =
      verdict === "run"
        ? { ...status, state: "scheduled", lastTry: status.tryNumber + 1 + node.retries }
        : { ...status, state: verdict };
    changed.set(taskName, next);
    changes.push({ taskName, ...next });
    if (verdict !== "run") waiting.push(...(graph.downstreams.get(taskName) ?? []));
  }
  return changes;
}

function countUpstreams({ upstreams }: RunNode, statusOf: (taskName: string) => NodeStatus): UpstreamCounts {
  const counts = { all: upstreams.length, success: 0, failed: 0, skipped: 0, upstreamFailed: 0 };
  for (const upstream of upstreams) {
    const { state } = statusOf(upstream);
    if (state === "success" || state === "failed" || state === "skipped") counts[state] += 1;
    else if (state === "upstream_failed") counts.upstreamFailed += 1;
  }
  return counts;
}
