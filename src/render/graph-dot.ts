import { printable } from "../model/printable.js";
import type { GraphView } from "./graph-nodes.js";

/** By resource queue; a shape needs no colour to be told apart. */
const SHAPES = [
  'shape=box, style="rounded,filled"',
  "shape=box, style=filled, peripheries=2",
  "shape=hexagon, style=filled",
  "shape=octagon, style=filled",
  "shape=parallelogram, style=filled",
  "shape=component, style=filled",
];
const MISSING = 'shape=box, style="dashed,filled"';

/**
 * A text as a DOT string: in a label, Graphviz shows exactly this text. It would otherwise read `\n`, `\N` and `&lt;` as
 * something else.
 *
 * @see https://graphviz.org/docs/attr-types/escString/
 */
export function dot(text: string): string {
  return `"${printable(text).replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Workflows as one Graphviz graph, each in a cluster of its own. */
export function graphDot(graphs: readonly GraphView[]): string {
  const clusters = graphs.map(({ workflowName, nodes, edges }, graph) => {
    const id = (index: number): string => `w${graph}n${index}`;
    return [
      `  subgraph cluster_${graph} {`,
      `    graph [label=${dot(workflowName)}];`,
      ...nodes.map(({ taskName, facts, shape }, index) => {
        // The lines are encoded one by one: `\n` between them is Graphviz's own.
        const label = [taskName, ...facts].map((line) => dot(line).slice(1, -1)).join("\\n");
        return `    ${id(index)} [label="${label}", ${shape < 0 ? MISSING : (SHAPES[shape % SHAPES.length] ?? "")}];`;
      }),
      ...edges.map(({ upstream, downstream }) => `    ${id(upstream)} -> ${id(downstream)};`),
      "  }",
    ].join("\n");
  });
  return [
    "digraph {",
    '  graph [rankdir=TB, fontname="Helvetica", labeljust=l, color="#8a94a0"];',
    '  node [fontname="Helvetica", fontsize=11, fillcolor="#f4f7fa", color="#33475b"];',
    '  edge [color="#5c6b7a"];',
    ...clusters,
    "}",
    "",
  ].join("\n");
}
