import { describe, expect, it } from "@jest/globals";
import { layersOf, placeInLayers } from "../../src/render/graph-layers.js";
import { layoutGraph } from "../../src/render/graph-layout.js";
import { graphViews, type GraphView } from "../../src/render/graph-nodes.js";
import { nodeModel, workflowModel } from "../helpers/workflow-models.js";

/** A graph of nodes called by letters, as `a>b b>c`. */
function view(edges: string, names = [...new Set(edges.match(/\w/g))]): GraphView {
  const pairs = edges.split(" ").map((edge) => edge.split(">"));
  const nodes = names.map((name) =>
    nodeModel(name, { upstreams: pairs.flatMap(([from = "", to]) => (to === name ? [from] : [])) }),
  );
  const [graph] = graphViews([workflowModel("w", nodes)]);
  if (graph === undefined) throw new Error("no graph");
  return graph;
}
const SIZE = { width: 100, height: 40 };

describe("layersOf", () => {
  it.each([
    ["a>b b>c", [0, 1, 2]],
    ["a>b a>c b>d c>d", [0, 1, 1, 2]],
    ["a>b b>c a>c", [0, 1, 2]],
    ["a>b b>a", [0, 0]],
    ["a>b b>c c>b", [0, 1, 1]],
  ])("of %s are %j", (edges, layers) => {
    expect(layersOf(view(edges))).toEqual(layers);
  });
});

describe("placeInLayers", () => {
  const place = (graph: GraphView, widest: number) =>
    placeInLayers(
      graph,
      graph.nodes.map(() => SIZE),
      layersOf(graph),
      widest,
    );

  it("places each layer below the one before, and edges from below a node to above the next", () => {
    expect(place(view("a>b a>c"), 1000)).toEqual({
      width: 225,
      height: 125,
      nodes: [
        { x: 50, y: 20 },
        { x: 50, y: 105 },
        { x: 175, y: 105 },
      ],
      edges: [
        { curve: [{ x: 50, y: 40 }, expect.anything(), expect.anything(), { x: 50, y: 75 }], tip: { x: 50, y: 85 } },
        { curve: expect.arrayContaining([{ x: 50, y: 40 }]), tip: { x: 175, y: 85 } },
      ],
    });
  });

  it("goes on below where a layer is too wide", () => {
    const { width, height, nodes } = place(view("a>b", ["a", "b", "c", "d"]), 230);
    expect([width, height]).toEqual([225, 190]);
    expect(nodes).toEqual([
      { x: 50, y: 20 },
      { x: 50, y: 170 },
      { x: 175, y: 20 },
      { x: 50, y: 85 },
    ]);
  });
});

describe("layoutGraph", () => {
  it.each([
    ["a chain", (index: number) => (index === 0 ? [] : [`T${index - 1}`])],
    ["a long braid", (index: number) => (index < 50 ? [] : [`T${index - 50}`, `T${index - 1}`])],
    ["a fan", (index: number) => (index === 0 ? [] : ["T0"])],
    ["a ring", (index: number) => [`T${(index + 4999) % 5000}`]],
  ])("places 5,000 nodes at once: %s", async (_, upstreams) => {
    const nodes = Array.from({ length: 5000 }, (__, index) => nodeModel(`T${index}`, { upstreams: upstreams(index) }));
    const [graph] = graphViews([workflowModel("w", nodes)]);
    if (graph === undefined) throw new Error("no graph");
    const sizes = graph.nodes.map(() => SIZE);
    const began = performance.now();
    const layout = await layoutGraph(graph, sizes);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(new Set(layout.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(5000);
    expect(layout.width).toBeLessThanOrEqual(1500);
    expect(layout.edges).toHaveLength(graph.edges.length);
  });
});
