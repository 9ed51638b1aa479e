import type { GraphLayout, Point, Size } from "./graph-layout.js";
import type { GraphView } from "./graph-nodes.js";

const BESIDE = 25;
const BELOW = 45;
const ARROW = 10;

/**
 * Each node's layer: one below the lowest of its upstreams. What is on or below a cycle is in the first layer that the
 * rest leaves free.
 */
export function layersOf({ nodes, edges }: GraphView): number[] {
  const downstreams: number[][] = nodes.map(() => []);
  const open = nodes.map(() => 0);
  for (const { upstream, downstream } of edges) {
    downstreams[upstream]?.push(downstream);
    open[downstream] = (open[downstream] ?? 0) + 1;
  }
  const layers = nodes.map(() => 0);
  const free = [...open.keys()].filter((node) => open[node] === 0);
  // The list grows while it is walked.
  for (const node of free) {
    for (const downstream of downstreams[node] ?? []) {
      layers[downstream] = Math.max(layers[downstream] ?? 0, (layers[node] ?? 0) + 1);
      open[downstream] = (open[downstream] ?? 0) - 1;
      if (open[downstream] === 0) free.push(downstream);
    }
  }
  const last = free.reduce((lowest, node) => Math.max(lowest, layers[node] ?? 0), -1);
  return layers.map((layer, node) => ((open[node] ?? 0) > 0 ? last + 1 : layer));
}

/**
 * Layer below layer, each in the nodes' order, with straight edges: takes no time, whatever the graph is, and nobody sees
 * more of a picture that large.
 *
 * @param widest - pixels; what is wider goes on below
 */
export function placeInLayers(
  { edges }: GraphView,
  sizes: readonly Size[],
  layers: readonly number[],
  widest: number,
): GraphLayout {
  const nodes: Point[] = sizes.map(() => ({ x: 0, y: 0 }));
  const byLayer = new Map<number, number[]>();
  for (const [node, layer] of layers.entries()) {
    const known = byLayer.get(layer);
    if (known === undefined) byLayer.set(layer, [node]);
    else known.push(node);
  }
  let [width, top] = [0, 0];
  for (const [, layer] of [...byLayer].sort(([a], [b]) => a - b)) {
    let [left, height] = [0, 0];
    for (const node of layer) {
      const size = sizes[node] ?? { width: 0, height: 0 };
      if (left > 0 && left + size.width > widest) {
        top += height + BESIDE;
        [left, height] = [0, 0];
      }
      nodes[node] = { x: left + size.width / 2, y: top + size.height / 2 };
      left += size.width + BESIDE;
      height = Math.max(height, size.height);
      width = Math.max(width, left - BESIDE);
    }
    top += height + BELOW;
  }
  return { width, height: Math.max(0, top - BELOW), nodes, edges: edges.map(straight) };

  function straight({ upstream, downstream }: GraphView["edges"][number]): GraphLayout["edges"][number] {
    const [from, to] = [at(upstream, 0.5), at(downstream, -0.5)];
    const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
    const along = (part: number): Point => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
    const end = Math.max(0, 1 - ARROW / length);
    return { curve: [from, along(end / 3), along((2 * end) / 3), along(end)], tip: to };
  }

  /** A node's middle, so many of its heights further down. */
  function at(node: number, heights: number): Point {
    const { x = 0, y = 0 } = nodes[node] ?? {};
    return { x, y: y + heights * (sizes[node]?.height ?? 0) };
  }
}
