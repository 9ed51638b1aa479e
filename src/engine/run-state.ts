import type { RunEvent, RunFinished } from "../model/run-events.js";
import { isFinal, type TaskState } from "../model/task-state.js";
import type { RunGraph } from "./run-graph.js";
import { WAITING, type NodeStatus, type Statuses } from "./schedule.js";

/** What a node's last event says, beyond its status. */
interface Remembered extends NodeStatus {
  readonly at: string;
  readonly exitCode: number | undefined;
}

/** One try of a node. */
export interface NodeTry {
  readonly taskName: string;
  readonly tryNumber: number;
}

/** A try that was under way when the events end: what became of it is to be found out. */
export interface OpenTry extends NodeTry {
  readonly lastTry: number;
  /** When it started, in milliseconds since 1970. */
  readonly startedAt: number;
}

/**
 * What is done of a run, and what was under way: from the events that it left.
 *
 * Kept is what the task itself has done: `success`, and `skipped` where the task ran and said so. All else is to be
 * decided anew, as what it rested on may end another way this time; its tries go on counting.
 *
 * @returns also the nodes' last tries that ended before our eyes: a kill may have left some of their files
 */
export function readBack(events: readonly RunEvent[]): {
  statuses: Map<string, NodeStatus>;
  open: OpenTry[];
  ended: NodeTry[];
} {
  const last = new Map<string, Remembered>();
  for (const event of events) {
    if (event.event !== "task") continue;
    const { taskName, state, tryNumber, lastTry, at, exitCode } = event;
    last.set(taskName, { state, tryNumber, lastTry, at, exitCode });
  }
  const statuses = new Map<string, NodeStatus>();
  const open: OpenTry[] = [];
  const ended: NodeTry[] = [];
  for (const [taskName, { state, tryNumber, lastTry, at, exitCode }] of last) {
    const isKept = state === "success" || (state === "skipped" && exitCode !== undefined);
    statuses.set(taskName, { state: isKept ? state : null, tryNumber, lastTry });
    if (state === "running") open.push({ taskName, tryNumber, lastTry, startedAt: Date.parse(at) });
    if (exitCode !== undefined) ended.push({ taskName, tryNumber });
  }
  return { statuses, open, ended };
}

/** Where a node stands when a session of a run begins. */
export interface NodeAtStart {
  /** Which node. */
  readonly taskName: string;
  /** What is done of it: null where it is to be decided. */
  readonly state: TaskState;
  /** Its last try; 0 before the first. */
  readonly tryNumber: number;
  /** Where it may still be running: since when, in milliseconds since 1970. */
  readonly startedAt?: number;
}

/** Where the nodes of the graph stand, given what was read back. */
export function nodesAtStart(graph: RunGraph, statuses: Statuses, open: readonly OpenTry[]): NodeAtStart[] {
  const running = new Map(open.map((one) => [one.taskName, one.startedAt]));
  return [...graph.nodes.keys()].map((taskName) => {
    const { state, tryNumber } = statuses.get(taskName) ?? WAITING;
    const startedAt = running.get(taskName);
    return startedAt === undefined
      ? { taskName, state, tryNumber }
      : { taskName, state: "running", tryNumber, startedAt };
  });
}

/**
 * How a run ended, as Airflow decides it: by the nodes that have no downstream.
 *
 * @param graph - without `--only`'s other nodes
 */
export function runState(graph: RunGraph, statuses: Statuses): RunFinished["state"] {
  const states = [...graph.nodes.keys()].map((taskName) => statuses.get(taskName)?.state ?? null);
  if (!states.every(isFinal)) return "stopped";
  const leaves = [...graph.downstreams].filter(([, downstreams]) => downstreams.length === 0);
  const failed = leaves.some(([taskName]) =>
    ["failed", "upstream_failed"].includes(statuses.get(taskName)?.state ?? ""),
  );
  return failed ? "failed" : "success";
}

/** How many nodes are in each state; those that wait are `none`. */
export function countStates(graph: RunGraph, statuses: Statuses): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const taskName of graph.nodes.keys()) {
    const state = statuses.get(taskName)?.state ?? "none";
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}
