/** What users write, through the encoder of each language of pictures, and back through a reader of that language. */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DkistCoreError } from "../../src/model/diagnostics.js";
import { Markup } from "../../src/model/markup.js";
import { printable } from "../../src/model/printable.js";
import { dot, graphDot } from "../../src/render/graph-dot.js";
import { graphMermaid, mermaid } from "../../src/render/graph-mermaid.js";
import { graphViews } from "../../src/render/graph-nodes.js";
import { markup } from "../../src/render/markup.js";
import { anyText, manyTexts } from "../helpers/hostile.js";
import { nodeModel, workflowModel } from "../helpers/workflow-models.js";
import { elementsCalled, parseXml } from "../helpers/xml.js";

let graphviz: Graphviz;
beforeAll(async () => {
  graphviz = await Graphviz.load();
});

/** A picture's texts, as Graphviz itself draws them; it writes no-break spaces for spaces. */
function drawnBy(source: string): string[] {
  return elementsCalled(parseXml(graphviz.layout(source, "svg", "dot")), "text").map(({ text }) => spaces(text));
}
const spaces = (text: string): string => text.replaceAll("\u00a0", " ");

describe("markup", () => {
  it("is read by an XML parser as the same text, in text and in attributes", () => {
    for (const text of manyTexts()) {
      const read = parseXml(`<a b="${markup(text)}" c='${markup(text)}'>${markup(text)}</a>`);
      const shown = printable(text);
      expect([read.text, read.attributes["b"], read.attributes["c"]]).toEqual([shown, shown, shown]);
      expect(read.children).toEqual([]);
    }
  });

  it("leaves numbers and markup as they are", () => {
    expect([markup(-1.5), markup(new Markup("<b>&amp;</b>"))]).toEqual(["-1.5", "<b>&amp;</b>"]);
  });

  it.each([undefined, null, true, NaN, {}, [], { text: "<b>" }, () => "x"])("refuses %p", (value) => {
    expect(() => markup(value)).toThrow(DkistCoreError);
  });
});

describe("dot", () => {
  it("is drawn by Graphviz as the same text", () => {
    // Graphviz collapses spaces in no label, but an SVG reader may not tell an empty text from none.
    const labels = manyTexts((text) => printable(text).trim() !== "");
    expect(labels.length).toBeGreaterThan(500);
    for (let at = 0; at < labels.length; at += 100) {
      const some = labels.slice(at, at + 100);
      const nodes = some.map((text, index) => `n${index} [label=${dot(text)}];`);
      expect(drawnBy(`digraph { ${nodes.join("\n")} }`)).toEqual(some.map((text) => spaces(printable(text))));
    }
  }, 600_000);

  it("makes a graph that has these nodes and edges and no others", () => {
    const hostile = '"]; evil [label="x';
    const graph = graphDot(
      graphViews([
        workflowModel('w"\\', [
          nodeModel(hostile),
          nodeModel("B", { upstreams: [hostile], resourceQueue: "high_memory", retries: 2 }),
        ]),
      ]),
    );
    const svg = parseXml(graphviz.layout(graph, "svg", "dot"));
    const classes = elementsCalled(svg, "g").map(({ attributes }) => attributes["class"]);
    expect(classes).toEqual(["graph", "cluster", "node", "node", "edge"]);
    expect(drawnBy(graph)).toEqual([
      'w"\\',
      hostile,
      "default · 0 retries · no timeout",
      "B",
      "high_memory · 2 retries · no timeout",
    ]);
  });
});

describe("mermaid", () => {
  /** As Mermaid reads `#35;`, and a browser what it makes of it. */
  const read = (text: string): string =>
    text.slice(1, -1).replace(/#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)));

  it("is letters, digits and character references alone, and reads back", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(mermaid(text)).toMatch(/^"(?:[A-Za-z0-9 _·]|#\d+;)*"$/);
        expect(read(mermaid(text))).toBe(printable(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("draws each workflow in a subgraph, with a shape for each resource queue", () => {
    const nodes = [
      nodeModel("A"),
      nodeModel("end", { upstreams: ["A"], resourceQueue: "high_memory", retries: 1, executionTimeoutSeconds: 90 }),
      nodeModel("C", { upstreams: ["A", "end", "Gone"], resourceQueue: "gpu", triggerRule: "all_done", pool: "disk" }),
    ];
    expect(graphMermaid(graphViews([workflowModel("one", nodes), workflowModel("two", [nodeModel("A")])]))).toBe(
      [
        "flowchart TB",
        '  subgraph w0["one"]',
        '    w0n0("A',
        'default · 0 retries · no timeout")',
        '    w0n1[["end',
        'high_memory · 1 retry · timeout 1 min 30 s"]]',
        '    w0n2{{"C',
        "gpu · 0 retries · no timeout",
        'all_done · pool disk"}}',
        '    w0n3>"Gone',
        'not in this workflow"]',
        "    w0n0 --> w0n1",
        "    w0n0 --> w0n2",
        "    w0n1 --> w0n2",
        "    w0n3 --> w0n2",
        "  end",
        '  subgraph w1["two"]',
        '    w1n0("A',
        'default · 0 retries · no timeout")',
        "  end",
        "",
      ].join("\n"),
    );
  });
});
