import { layersOf, placeInLayers } from "./graph-layers.js";
import type { GraphView } from "./graph-nodes.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node's size, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where everything lies, in pixels from the upper left corner. */
export interface GraphLayout extends Size {
  /** The nodes' middles, in the nodes' order. */
  readonly nodes: readonly Point[];
  /** In the edges' order: a start, then three points for each Bezier curve; `tip` is where the arrow points. */
  readonly edges: readonly { readonly curve: readonly Point[]; readonly tip: Point }[];
}

/** What Graphviz's `json` says; numbers come as texts. */
interface GraphvizJson {
  readonly bb: string;
  readonly objects?: readonly { readonly name: string; readonly pos: string }[];
  readonly edges?: readonly { readonly tail: number; readonly head: number; readonly pos: string }[];
}

const PIXELS_PER_INCH = 72;
/** What a desk's screen shows without scrolling. */
const WIDEST = 1500;

/** Nodes, and the layers that edges go through: from here on Graphviz takes seconds, and soon hours. */
const MOST_FOR_GRAPHVIZ = 3000;

/**
 * Places nodes and edges by Graphviz's layers. From top to bottom, as a page is read; only what would get too wide so goes
 * from left to right where that is narrower.
 *
 * Graphviz sees sizes and numbers only, no text: what users write cannot reach it. It sees no graph of thousands either.
 */
export async function layoutGraph(graph: GraphView, sizes: readonly Size[]): Promise<GraphLayout> {
  const layers = layersOf(graph);
  const passed = graph.edges.reduce(
    (sum, { upstream, downstream }) => sum + Math.abs((layers[downstream] ?? 0) - (layers[upstream] ?? 0)),
    0,
  );
  if (graph.nodes.length + passed > MOST_FOR_GRAPHVIZ) return placeInLayers(graph, sizes, layers, WIDEST);
  const down = await layoutTowards("TB", graph, sizes);
  if (down.width <= WIDEST) return down;
  const right = await layoutTowards("LR", graph, sizes);
  return right.width < down.width ? right : down;
}

async function layoutTowards(
  direction: "TB" | "LR",
  { edges }: GraphView,
  sizes: readonly Size[],
): Promise<GraphLayout> {
  // Loaded here: it is large, and most commands draw nothing.
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const inches = (pixels: number): string => (pixels / PIXELS_PER_INCH).toFixed(3);
  const source = [
    `digraph { graph [rankdir=${direction}, nodesep=0.35, ranksep=0.45]; node [shape=box, fixedsize=true, label=""];`,
    ...sizes.map(({ width, height }, index) => `n${index} [width=${inches(width)}, height=${inches(height)}];`),
    ...edges.map(({ upstream, downstream }) => `n${upstream} -> n${downstream};`),
    "}",
  ].join("\n");
  const placed = JSON.parse((await Graphviz.load()).layout(source, "json", "dot")) as GraphvizJson;
  const [, , width = 0, height = 0] = placed.bb.split(",").map(Number);
  const point = (text: string): Point => {
    const [x = 0, y = 0] = text.split(",").map(Number);
    // Graphviz counts from the bottom.
    return { x, y: height - y };
  };
  const objects = placed.objects ?? [];
  const nodes = new Map(objects.map(({ name, pos }) => [name, point(pos)]));
  const curves = new Map(
    (placed.edges ?? []).map(({ tail, head, pos }) => {
      const [tip = "", ...curve] = pos.split(" ");
      return [
        `${objects[tail]?.name ?? ""} ${objects[head]?.name ?? ""}`,
        { tip: point(tip.slice("e,".length)), curve: curve.map(point) },
      ];
    }),
  );
  return {
    width,
    height,
    nodes: sizes.map((_, index) => nodes.get(`n${index}`) ?? { x: 0, y: 0 }),
    edges: edges.map(
      ({ upstream, downstream }) => curves.get(`n${upstream} n${downstream}`) ?? { tip: { x: 0, y: 0 }, curve: [] },
    ),
  };
}
