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
  const reported = new Set<number>();
  const cycles: string[][] = [];
  for (;;) {
    const { left } = order(upstreams, reported);
    if (left.size === 0) return cycles;
    const cycle = walkUpstream(upstreams, left);
    cycles.push(cycle.map((index) => graph[index]?.id ?? ""));
    for (const index of cycle) reported.add(index);
  }
}

/**
 * The ids with every upstream before its downstreams; among those that are free at once, in the given order.
 *
 * @returns undefined when the graph has a cycle
 */
export function topologicalOrder(graph: readonly Graph[]): string[] | undefined {
  const { ordered, left } = order(indexed(graph), new Set());
  return left.size > 0 ? undefined : ordered.map((index) => graph[index]?.id ?? "");
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

/** Kahn's algorithm: what can be ordered, and what is left over because it is on or below a cycle. */
function order(
  upstreams: readonly (readonly number[])[],
  without: ReadonlySet<number>,
): { ordered: number[]; left: Set<number> } {
  const downstreams: number[][] = upstreams.map(() => []);
  const open = upstreams.map((list, index) => {
    const counted = list.filter((upstream) => !without.has(upstream));
    for (const upstream of counted) downstreams[upstream]?.push(index);
    return counted.length;
  });
  const ordered = [...open.keys()].filter((index) => open[index] === 0 && !without.has(index));
  for (let next = 0; next < ordered.length; next++) {
    for (const downstream of downstreams[ordered[next] ?? -1] ?? []) {
      const count = (open[downstream] ?? 0) - 1;
      open[downstream] = count;
      if (count === 0 && !without.has(downstream)) ordered.push(downstream);
    }
  }
  const left = new Set([...open.keys()].filter((index) => (open[index] ?? 0) > 0 && !without.has(index)));
  return { ordered, left };
}

/** Every node left has an upstream that is left too, so walking upstream must meet itself. */
function walkUpstream(upstreams: readonly (readonly number[])[], left: ReadonlySet<number>): number[] {
  const [start = 0] = left;
  const position = new Map<number, number>();
  const walked: number[] = [];
  let here = start;
  while (!position.has(here)) {
    position.set(here, walked.length);
    walked.push(here);
    here = (upstreams[here] ?? []).find((upstream) => left.has(upstream)) ?? here;
  }
  const cycle = walked.slice(position.get(here)).reverse();
  const first = cycle.indexOf(cycle.reduce((a, b) => Math.min(a, b)));
  return [...cycle.slice(first), ...cycle.slice(0, first + 1)];
}
