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
  if (isInOrder(graph)) return [];
  const upstreams = upstreamEdges(graph);
  const ordering = startOrder(upstreams);
  const cycles: string[][] = [];
  if (ordering.ordered.length === graph.length) return cycles;
  // What the order leaves over has an upstream that is left over too, so walking upstream must meet itself.
  for (const start of graph.keys()) {
    const walked = ordering.isLeft(start) ? [start] : [];
    const position = new Map(walked.map((index) => [index, 0]));
    for (let here = walked.at(-1); here !== undefined; here = walked.at(-1)) {
      const next = edgesOf(upstreams, here).find(ordering.isLeft);
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

/** Whether every node stands below all of its upstreams, as nearly every author writes them: then nothing can be a cycle. */
function isInOrder(graph: readonly Graph[]): boolean {
  const above = new Set<string>();
  return graph.every(({ id, upstreams }) => {
    const isBelow = upstreams.every((upstream) => above.has(upstream));
    above.add(id);
    return isBelow;
  });
}

/** Edges as lists of integers, one after the other: those of node `i` are `to[from[i]]` to before `to[from[i + 1]]`. */
interface Edges {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

function upstreamEdges(graph: readonly Graph[]): Edges {
  const indexOf = new Map<string, number>();
  let most = 0;
  for (const [index, { id, upstreams }] of graph.entries()) {
    indexOf.set(id, index);
    most += upstreams.length;
  }
  const from = new Int32Array(graph.length + 1);
  const to = new Int32Array(most);
  let count = 0;
  for (const [index, { upstreams }] of graph.entries()) {
    for (const upstream of upstreams) {
      const found = indexOf.get(upstream);
      if (found !== undefined) to[count++] = found;
    }
    from[index + 1] = count;
  }
  return { from, to: to.subarray(0, count) };
}

function turnedRound({ from, to }: Edges): Edges {
  const turned = { from: new Int32Array(from.length), to: new Int32Array(to.length) };
  for (const end of to) turned.from[end + 1] = at(turned.from, end + 1) + 1;
  for (let index = 1; index < from.length; index += 1) {
    turned.from[index] = at(turned.from, index) + at(turned.from, index - 1);
  }
  const next = turned.from.slice();
  for (let index = 0; index < from.length - 1; index += 1) {
    for (const end of edgesOf({ from, to }, index)) {
      const place = at(next, end);
      turned.to[place] = index;
      next[end] = place + 1;
    }
  }
  return turned;
}

function edgesOf({ from, to }: Edges, index: number): Int32Array {
  return to.subarray(at(from, index), at(from, index + 1));
}

function at(list: Int32Array, index: number): number {
  return list[index] ?? 0;
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

function startOrder(upstreams: Edges): Ordering {
  const count = upstreams.from.length - 1;
  const downstreams = turnedRound(upstreams);
  const open = new Int32Array(count);
  const left = new Uint8Array(count).fill(1);
  const ordered: number[] = [];
  const take = (index: number): void => {
    left[index] = 0;
    ordered.push(index);
  };
  const goOn = (free: number[]): void => {
    // The list grows while it is walked.
    for (const index of free) {
      for (let place = at(downstreams.from, index); place < at(downstreams.from, index + 1); place += 1) {
        const downstream = at(downstreams.to, place);
        const still = at(open, downstream) - 1;
        open[downstream] = still;
        if (still === 0 && left[downstream] === 1) {
          free.push(downstream);
          take(downstream);
        }
      }
    }
  };
  const free: number[] = [];
  for (let index = 0; index < count; index += 1) {
    open[index] = at(upstreams.from, index + 1) - at(upstreams.from, index);
    if (open[index] === 0) free.push(index);
  }
  free.forEach(take);
  goOn(free);
  return {
    ordered,
    isLeft: (index) => left[index] === 1,
    leaveOut: (indices) => {
      for (const index of indices) left[index] = 0;
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
