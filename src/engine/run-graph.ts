import type { NodeModel } from "../model/workflow-model.js";

/** What the engine needs to know of a node. */
export type RunNode = Pick<
  NodeModel,
  | "taskName"
  | "upstreams"
  | "triggerRule"
  | "retries"
  | "retryDelaySeconds"
  | "executionTimeoutSeconds"
  | "resourceQueue"
>;

/** A workflow's nodes with their edges in both directions. */
export interface RunGraph {
  /** By task name, in the author's order. */
  readonly nodes: ReadonlyMap<string, RunNode>;
  readonly downstreams: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param only - the one node to run, as if it had no upstreams
 */
export function runGraph(workflowNodes: readonly RunNode[], only?: string): RunGraph {
  const chosen =
    only === undefined
      ? workflowNodes
      : workflowNodes.filter(({ taskName }) => taskName === only).map((node) => ({ ...node, upstreams: [] }));
  const downstreams = new Map<string, string[]>(chosen.map(({ taskName }) => [taskName, []]));
  for (const { taskName, upstreams } of chosen) {
    for (const upstream of upstreams) downstreams.get(upstream)?.push(taskName);
  }
  return { nodes: new Map(chosen.map((node) => [node.taskName, node])), downstreams };
}
