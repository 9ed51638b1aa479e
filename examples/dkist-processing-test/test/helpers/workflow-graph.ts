import type { TaskClass, Workflow } from "dkist-processing-core";

export interface GraphNode {
  readonly task: TaskClass;
  readonly upstreams: readonly TaskClass[];
  readonly resourceQueue: string;
}

interface WorkflowRecord {
  readonly details: { readonly tags?: readonly string[] };
  readonly nodes: readonly {
    readonly task: TaskClass;
    readonly options: { readonly upstreams?: TaskClass | readonly TaskClass[]; readonly resourceQueue?: string };
  }[];
}

/** The nodes of a Workflow, in the order in which they were added. */
export function nodesOf(workflow: Workflow): GraphNode[] {
  return recordOf(workflow).nodes.map(({ task, options }) => ({
    task,
    upstreams: [options.upstreams ?? []].flat(),
    resourceQueue: options.resourceQueue ?? "default",
  }));
}

export function tagsOf(workflow: Workflow): readonly string[] {
  return recordOf(workflow).details.tags ?? [];
}

/** The nodes so that every one comes after its upstreams. */
export function inOrder(workflow: Workflow): GraphNode[] {
  const waiting = new Set(nodesOf(workflow));
  const done: GraphNode[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(({ upstreams }) => upstreams.every((task) => done.some((n) => n.task === task)));
    if (ready.length === 0) throw new Error(`${workflow.workflowName} has a cycle`);
    for (const node of ready) {
      waiting.delete(node);
      done.push(node);
    }
  }
  return done;
}

/** What `new Workflow` and `addNode` were given: the record that every copy of dkist-processing-core reads. */
function recordOf(workflow: Workflow): WorkflowRecord {
  return Reflect.get(workflow, Symbol.for("dkist-processing-core.workflow")) as WorkflowRecord;
}
