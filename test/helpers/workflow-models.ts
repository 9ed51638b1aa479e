import type { NodeModel, WorkflowModel } from "../../src/model/workflow-model.js";

/** A node of the given name with every option at its default, but those given. */
export function nodeModel(taskName: string, options: Partial<NodeModel> = {}): NodeModel {
  return {
    taskName,
    taskClass: 0,
    upstreams: [],
    resourceQueue: "default",
    retries: 0,
    retryDelaySeconds: 60,
    executionTimeoutSeconds: null,
    pool: null,
    priorityWeight: null,
    triggerRule: "all_success",
    ...options,
  };
}

export function workflowModel(workflowName: string, nodes: readonly NodeModel[]): WorkflowModel {
  const file = "dist/workflows/test.js";
  return { workflowName, workflowVersion: null, tags: ["test"], workflowPackage: null, file, nodes };
}

/** Layers of nodes, each node after one or two of the layer before: always the same graph for the same size. */
export function layeredWorkflow(workflowName: string, size: number, width: number): WorkflowModel {
  const name = (index: number): string => `CalibrateInstrumentStep${index}`;
  const upstreams = (index: number): string[] =>
    index < width
      ? []
      : [...new Set([index - width, index - width + ((index * 7) % width) - (index % width)])].map(name);
  return workflowModel(
    workflowName,
    Array.from({ length: size }, (_, index) =>
      nodeModel(name(index), {
        upstreams: upstreams(index),
        resourceQueue: index % 5 === 0 ? "high_memory" : "default",
        retries: index % 3,
      }),
    ),
  );
}
