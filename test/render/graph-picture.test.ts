import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { printable } from "../../src/model/printable.js";
import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { drawGraphs, inlineSvg, svgFile, type GraphPicture } from "../../src/render/graph-picture.js";
import { GRAPH_STYLE } from "../../src/render/graph-style.js";
import { outline } from "../../src/render/graph-shapes.js";
import { shortened, textWidth } from "../../src/render/text-width.js";
import { anyText } from "../helpers/hostile.js";
import { layeredWorkflow, nodeModel, workflowModel } from "../helpers/workflow-models.js";
import { elementsCalled, parseXml, type XmlElement } from "../helpers/xml.js";

const SMALL = workflowModel("small", [
  nodeModel("A"),
  nodeModel("B", { upstreams: ["A"], resourceQueue: "high_memory", retries: 2, executionTimeoutSeconds: 5400 }),
  nodeModel("C", { upstreams: ["A", "B"], triggerRule: "all_done" }),
]);

async function drawOne(workflow: WorkflowModel): Promise<GraphPicture> {
  const [picture] = await drawGraphs([workflow]);
  if (picture === undefined) throw new Error("nothing was drawn");
  return picture;
}

const byClass = (root: XmlElement, name: string, className: string): XmlElement[] =>
  elementsCalled(root, name).filter(({ attributes }) => attributes["class"] === className);

describe("svgFile", () => {
  it("shows each node's Task, resource queue, retries and timeout, and each edge", async () => {
    const svg = parseXml(svgFile(await drawGraphs([SMALL])));
    expect(byClass(svg, "text", "name").map(({ text }) => text)).toEqual(["A", "B", "C"]);
    expect(byClass(svg, "text", "fact").map(({ text }) => text)).toEqual([
      "default · 0 retries · no timeout",
      "high_memory · 2 retries · timeout 1 h 30 min",
      "default · 0 retries · no timeout",
      "all_done",
    ]);
    expect(byClass(svg, "path", "edge")).toHaveLength(3);
    expect(byClass(svg, "path", "tip")).toHaveLength(3);
    expect(byClass(svg, "g", "queue-1")).toHaveLength(1);
  });

  it("has a title and a description for those who do not see it", async () => {
    const svg = parseXml(svgFile(await drawGraphs([SMALL])));
    expect(svg.attributes).toMatchObject({ role: "img", "aria-labelledby": "graph-title" });
    expect(svg.children.slice(0, 2).map(({ name, attributes, text }) => [name, attributes["id"], text])).toEqual([
      ["title", "graph-title", "Graph of small"],
      ["desc", "graph-desc", "small: 3 nodes, 3 edges, from A to C."],
    ]);
  });

  it("is the same, byte for byte, whenever it is drawn", async () => {
    const workflows = [layeredWorkflow("many", 40, 5), SMALL];
    expect(svgFile(await drawGraphs(workflows))).toBe(svgFile(await drawGraphs(workflows)));
  });

  it("is well-formed and says the same whatever users write", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (name, queue) => {
        const workflow = workflowModel(name, [nodeModel(name, { resourceQueue: queue, upstreams: [queue] })]);
        const svg = parseXml(svgFile(await drawGraphs([workflow])));
        const [node] = elementsCalled(svg, "g").filter(({ attributes }) => attributes["class"]?.startsWith("queue-"));
        expect(node?.children[0]?.text).toBe(printable(`${name}, ${queue} · 0 retries · no timeout`));
      }),
      { numRuns: 100 },
    );
  });

  it("draws broken workflows: cycles, one name twice, upstreams that are not there, no node at all", async () => {
    const cycle = workflowModel("cycle", [
      nodeModel("A", { upstreams: ["B", "A", "Gone"] }),
      nodeModel("B", { upstreams: ["A"] }),
      nodeModel("A", { upstreams: ["A"] }),
    ]);
    const svg = parseXml(svgFile(await drawGraphs([cycle, workflowModel("empty", [])])));
    expect(byClass(svg, "text", "name").map(({ text }) => text)).toEqual(["A", "B", "A", "Gone"]);
    expect(byClass(svg, "path", "edge")).toHaveLength(5);
    for (const { attributes } of elementsCalled(svg, "path")) expect(attributes["d"]).not.toMatch(/NaN|undefined/);
  });
});

describe("a picture of 200 nodes", () => {
  const wide = layeredWorkflow("wide", 200, 40);

  it("keeps its nodes apart, and each text inside its node", async () => {
    const { layout, sizes, graph } = await drawOne(wide);
    const boxes = layout.nodes.map(({ x, y }, index) => {
      const { width = 0, height = 0 } = sizes[index] ?? {};
      return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
    });
    expect(new Set(layout.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(200);
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        expect(a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top).toBe(true);
      }
      expect(Math.min(a.left, a.top)).toBeGreaterThanOrEqual(-0.1);
      expect(sizes[index]?.width).toBeGreaterThan(textWidth(graph.nodes[index]?.taskName ?? "", 13, true));
    }
  });

  it("is turned on its side where it would be too wide", async () => {
    const { layout } = await drawOne(wide);
    expect(layout.width).toBeLessThan(layout.height);
    const chain = await drawOne(layeredWorkflow("chain", 60, 1));
    expect(chain.layout.width).toBeLessThan(400);
  });

  it("draws every edge from its upstream to its downstream", async () => {
    const { graph, layout, sizes } = await drawOne(wide);
    const distance = (index: number, { x, y }: { x: number; y: number }): number => {
      const { x: middleX = 0, y: middleY = 0 } = layout.nodes[index] ?? {};
      const { width = 0, height = 0 } = sizes[index] ?? {};
      return Math.max(Math.abs(x - middleX) - width / 2, Math.abs(y - middleY) - height / 2);
    };
    expect(layout.edges).toHaveLength(graph.edges.length);
    for (const [index, { curve, tip }] of layout.edges.entries()) {
      const { upstream = -1, downstream = -1 } = graph.edges[index] ?? {};
      const [start = { x: -999, y: -999 }] = curve;
      expect(distance(upstream, start)).toBeLessThan(2);
      expect(distance(downstream, tip)).toBeLessThan(2);
    }
  });
});

describe("inlineSvg", () => {
  it("has ids of its own, and leaves the style to the page", async () => {
    const [one, two] = await drawGraphs([SMALL, SMALL]);
    if (one === undefined || two === undefined) throw new Error("nothing was drawn");
    const page = parseXml(`<body>${inlineSvg(one, "a").text}${inlineSvg(two, "b").text}</body>`);
    const ids = [...elementsCalled(page, "title"), ...elementsCalled(page, "desc")].flatMap(
      ({ attributes }) => attributes["id"] ?? [],
    );
    expect(ids).toEqual(["a-title", "b-title", "a-desc", "b-desc"]);
    expect(elementsCalled(page, "style")).toEqual([]);
  });
});

describe("colours and shapes", () => {
  it("each resource queue has an outline of its own", () => {
    const outlines = [0, 1, 2, 3, 4, 5].map((shape) => outline(shape, { x: 50, y: 50 }, { width: 80, height: 40 }));
    expect(new Set(outlines).size).toBe(6);
  });

  const modes = [...GRAPH_STYLE.matchAll(/\.dkist-graph \{([^}]*)\}/g)].map(([, rules = ""]) => {
    return new Map([...rules.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", hex = ""]) => [name, hex]));
  });

  it.each(["light", "dark", "print"].map((label, index) => ({ label, index })))(
    "texts and outlines can be read in $label",
    ({ index }) => {
      const color = (name: string): string => modes[index]?.get(name) ?? "";
      for (const queue of [0, 1, 2, 3, 4, 5]) {
        expect(contrast(color("ink"), color(`fill-${queue}`))).toBeGreaterThanOrEqual(7);
        expect(contrast(color("soft"), color(`fill-${queue}`))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(color(`edge-${queue}`), color("paper"))).toBeGreaterThanOrEqual(3);
      }
      expect(contrast(color("line"), color("paper"))).toBeGreaterThanOrEqual(3);
    },
  );
});

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("shortened", () => {
  it("cuts in the middle, by characters, and only what is too long", () => {
    expect(shortened("abcdefgh", 8)).toBe("abcdefgh");
    expect(shortened("abcdefghi", 8)).toBe("abcd…ghi");
    expect(shortened("\u{1f52d}".repeat(9), 5)).toBe(`${"\u{1f52d}".repeat(2)}…${"\u{1f52d}".repeat(2)}`);
  });
});
