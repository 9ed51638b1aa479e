import { byCodeUnit } from "../model/naming.js";
import { nodeFacts } from "../model/node-facts.js";
import type { WorkflowModel } from "../model/workflow-model.js";

/** A workflow as every kind of picture shows it. */
export interface GraphView {
  readonly workflowName: string;
  /** In the author's order; upstreams that are no node of the workflow stand at the end. */
  readonly nodes: readonly GraphNode[];
  /** As indices into the nodes; each once. */
  readonly edges: readonly { readonly upstream: number; readonly downstream: number }[];
}

/** A node as every kind of picture shows it. */
export interface GraphNode {
  readonly taskName: string;
  /** What stands below the name, e.g. `high_memory · 2 retries · 1 h`. */
  readonly facts: readonly string[];
  /** Which shape its resource queue has: an index that the kinds of picture give a meaning; -1 for what is no node. */
  readonly shape: number;
}

/** These have the same shape in every picture, whatever other resource queues there are. */
const FIXED_QUEUES = ["default", "high_memory"];

/**
 * Prepares workflows for drawing. Broken ones can be drawn too: with cycles, names that clash, upstreams that are not there.
 *
 * @param workflows - all that are drawn together: a resource queue has one shape in all of them
 */
export function graphViews(workflows: readonly WorkflowModel[]): GraphView[] {
  const queues = workflows.flatMap(({ nodes }) => nodes.map(({ resourceQueue }) => resourceQueue));
  const others = [...new Set(queues)].filter((queue) => !FIXED_QUEUES.includes(queue)).sort(byCodeUnit);
  const shapeOf = new Map([...FIXED_QUEUES, ...others].map((queue, index) => [queue, index]));
  return workflows.map(({ workflowName, nodes }) => {
    const drawn: GraphNode[] = nodes.map((node) => ({
      taskName: node.taskName,
      facts: nodeFacts(node),
      shape: shapeOf.get(node.resourceQueue) ?? 0,
    }));
    // Of two nodes with one name, edges are drawn to the first.
    const indexOf = new Map(nodes.map(({ taskName }, index): [string, number] => [taskName, index]).reverse());
    for (const upstream of nodes.flatMap(({ upstreams }) => upstreams)) {
      if (indexOf.has(upstream)) continue;
      indexOf.set(upstream, drawn.length);
      drawn.push({ taskName: upstream, facts: ["not in this workflow"], shape: -1 });
    }
    const edges = nodes.flatMap(({ upstreams }, downstream) =>
      [...new Set(upstreams)].map((upstream) => ({ upstream: indexOf.get(upstream) ?? downstream, downstream })),
    );
    return { workflowName, nodes: drawn, edges };
  });
}
