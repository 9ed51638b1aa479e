import type { RunNode } from "../../src/engine/run-graph.js";
import { WAITING, type Change, type NodeStatus } from "../../src/engine/schedule.js";
import type { TaskState } from "../../src/model/task-state.js";

/** A node with every default. */
export function node(taskName: string, options: Partial<RunNode> = {}): RunNode {
  return {
    taskName,
    upstreams: [],
    triggerRule: "all_success",
    retries: 0,
    retryDelaySeconds: 0,
    executionTimeoutSeconds: null,
    resourceQueue: "default",
    ...options,
  };
}

/** So many nodes, `T0`, `T1`, …, each after the one before. */
export function chain(length: number): RunNode[] {
  return Array.from({ length }, (_, index) => node(`T${index}`, index === 0 ? {} : { upstreams: [`T${index - 1}`] }));
}

export function statuses(states: Readonly<Record<string, TaskState | NodeStatus>>): Map<string, NodeStatus> {
  return new Map(
    Object.entries(states).map(([name, state]) => [
      name,
      typeof state === "object" && state !== null ? state : { ...WAITING, state, tryNumber: 1, lastTry: 1 },
    ]),
  );
}

/** `Task: state`, in order. */
export function told(changes: readonly Change[]): string[] {
  return changes.map(({ taskName, state }) => `${taskName}: ${String(state)}`);
}
