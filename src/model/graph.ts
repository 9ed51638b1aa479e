/**
 * Graph algorithms on ids and edges alone: iterative, so that a chain of any depth is fine, and on integers, so that a
 * hundred thousand nodes are too.
 */

/** A graph as its nodes' ids and, for each node, the ids of its upstreams. Upstreams that are no node are ignored. */
export interface Graph {
  readonly id: string;
  readonly upstreams: readonly string[];
}

/**
 * Every cycle that has no node in common with another, each as its path along the edges, first node repeated at the end.
 *
 * @example
 * findCycles([{ id: "a", upstreams: ["b"] }, { id: "b", upstreams: ["a"] }]) // [["a", "b", "a"]]
 */
export function findCycles(graph: readonly Graph[]): string[][] {
  const upstreams = indexed(graph);
  const ordering = startOrder(upstreams);
  const cycles: string[][] = [];
  // What the order leaves over has an upstream that is left over too, so walking upstream must meet itself.
  for (const start of upstreams.keys()) {
    const walked = ordering.isLeft(start) ? [start] : [];
    const position = new Map(walked.map((index) => [index, 0]));
    for (let here = walked.at(-1); here !== undefined; here = walked.at(-1)) {
      const next = upstreams[here]?.find(ordering.isLeft);
      const met = next === undefined ? undefined : position.get(next);
      if (next === undefined || !ordering.isLeft(here)) {
        walked.pop();
        position.delete(here);
      } else if (met === undefined) {
        position.set(next, walked.length);
        walked.push(next);
      } else {
        const cycle = walked.splice(met);
        for (const index of cycle) position.delete(index);
        ordering.leaveOut(cycle);
        cycles.push(alongEdges(cycle).map((index) => graph[index]?.id ?? ""));
      }
    }
  }
  return cycles;
}

/**
 * The ids with every upstream before its downstreams; among those that are free at once, in the given order.
 *
 * @returns undefined when the graph has a cycle
 */
export function topologicalOrder(graph: readonly Graph[]): string[] | undefined {
  const { ordered } = startOrder(indexed(graph));
  return ordered.length < graph.length ? undefined : ordered.map((index) => graph[index]?.id ?? "");
}

function indexed(graph: readonly Graph[]): number[][] {
  const indexOf = new Map(graph.map(({ id }, index) => [id, index]));
  return graph.map(({ upstreams }) =>
    upstreams.flatMap((upstream) => {
      const index = indexOf.get(upstream);
      return index === undefined ? [] : [index];
    }),
  );
}

/** Kahn's algorithm, which can go on after nodes were left out. */
interface Ordering {
  /** What could be ordered so far. */
  readonly ordered: readonly number[];
  /** Whether a node is still neither ordered nor left out: it is on or below a cycle. */
  readonly isLeft: (index: number) => boolean;
  /** Takes nodes out of the graph, and orders what becomes free. */
  readonly leaveOut: (indices: readonly number[]) => void;
}

function startOrder(upstreams: readonly (readonly number[])[]): Ordering {
  const downstreams: number[][] = upstreams.map(() => []);
  for (const [index, list] of upstreams.entries()) for (const upstream of list) downstreams[upstream]?.push(index);
  const open = upstreams.map((list) => list.length);
  const left = new Set(upstreams.keys());
  const ordered: number[] = [];
  const goOn = (free: number[]): void => {
    // The list grows while it is walked.
    for (const index of free) {
      for (const downstream of downstreams[index] ?? []) {
        const count = (open[downstream] ?? 0) - 1;
        open[downstream] = count;
        if (count === 0 && left.delete(downstream)) {
          free.push(downstream);
          ordered.push(downstream);
        }
      }
    }
  };
  const free = [...open.keys()].filter((index) => open[index] === 0);
  for (const index of free) left.delete(index);
  for (const index of free) ordered.push(index);
  goOn(free);
  return {
    ordered,
    isLeft: (index) => left.has(index),
    leaveOut: (indices) => {
      for (const index of indices) left.delete(index);
      goOn([...indices]);
    },
  };
}

/** A walk upstream, turned round, from the node that was added first back to it. */
function alongEdges(walk: readonly number[]): number[] {
  const cycle = [...walk].reverse();
  const first = cycle.indexOf(cycle.reduce((a, b) => Math.min(a, b)));
  return [...cycle.slice(first), ...cycle.slice(0, first + 1)];
}
