import { printable } from "../model/printable.js";
import type { GraphView } from "./graph-nodes.js";

/** By resource queue: what stands before and after the label. */
const SHAPES = [
  ["(", ")"],
  ["[[", "]]"],
  ["{{", "}}"],
  ["([", "])"],
  ["[/", "/]"],
  ["[(", ")]"],
] as const;
const MISSING = [">", "]"] as const;

/**
 * A text as a Mermaid string: everything that Mermaid, Markdown or HTML could read as something else is a character
 * reference, which Mermaid writes with `#` instead of `&#`.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function mermaid(text: string): string {
  // Mermaid drops spaces at the ends.
  const encoded = printable(text).replace(/^ | $|[^A-Za-z0-9 ]/gu, (character) =>
    character === "_" || character === "·" ? character : `#${character.codePointAt(0) ?? 0};`,
  );
  return `"${encoded}"`;
}

/** Workflows as one Mermaid flowchart, each in a subgraph of its own. */
export function graphMermaid(graphs: readonly GraphView[]): string {
  const subgraphs = graphs.map(({ workflowName, nodes, edges }, graph) => {
    const id = (index: number): string => `w${graph}n${index}`;
    return [
      `  subgraph w${graph}[${mermaid(workflowName)}]`,
      ...nodes.map(({ taskName, facts, shape }, index) => {
        const [open, close] = (shape < 0 ? undefined : SHAPES[shape % SHAPES.length]) ?? MISSING;
        // A line's end as it is: beside any HTML, Mermaid reads `\n` in a name as one more.
        const label = [taskName, ...facts].map((line) => mermaid(line).slice(1, -1)).join("\n");
        return `    ${id(index)}${open}"${label}"${close}`;
      }),
      ...edges.map(({ upstream, downstream }) => `    ${id(upstream)} --> ${id(downstream)}`),
      "  end",
    ].join("\n");
  });
  return ["flowchart TB", ...subgraphs, ""].join("\n");
}
