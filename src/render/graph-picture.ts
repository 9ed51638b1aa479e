import { Markup } from "../model/markup.js";
import type { WorkflowModel } from "../model/workflow-model.js";
import { layoutGraph, type GraphLayout, type Point, type Size } from "./graph-layout.js";
import { graphViews, type GraphNode, type GraphView } from "./graph-nodes.js";
import { n, outline, polygon, SHAPES } from "./graph-shapes.js";
import { GRAPH_ATTRIBUTES, GRAPH_STYLE, plainLook, QUEUE_CLASSES } from "./graph-style.js";
import { markup } from "./markup.js";
import { shortened, textWidth } from "./text-width.js";
import { counted } from "../model/counted.js";

/** A workflow with the places of its nodes and edges. */
export interface GraphPicture {
  readonly graph: GraphView;
  readonly layout: GraphLayout;
  readonly sizes: readonly Size[];
}

const NAME_SIZE = 13;
const FACT_SIZE = 11;
const LINE = 16;
/** Longer names are cut; the whole one is in the node's `<title>`. */
const LONGEST = 44;
const MARGIN = 16;
const HEADING = 32;

/** Places workflows for drawing, in their order. */
export async function drawGraphs(workflows: readonly WorkflowModel[]): Promise<GraphPicture[]> {
  const pictures: GraphPicture[] = [];
  for (const graph of graphViews(workflows)) {
    const sizes = graph.nodes.map(sizeOf);
    pictures.push({ graph, sizes, layout: await layoutGraph(graph, sizes) });
  }
  return pictures;
}

/**
 * One workflow as an SVG element inside a page that has {@link GRAPH_STYLE}.
 *
 * @param id - unique in the page
 */
export function inlineSvg(picture: GraphPicture, id: string): Markup {
  const size = framed(picture.layout);
  return new Markup(`${svgStart(size, id)}${titles([picture.graph], id)}${drawing(picture, MARGIN, MARGIN)}</svg>`);
}

/** Workflows as one SVG file, one below the other, with their names above. */
export function svgFile(pictures: readonly GraphPicture[]): string {
  const headings = pictures.map(({ graph }) => textWidth(graph.workflowName, 15, true) + 2 * MARGIN);
  const width = Math.max(...headings, ...pictures.map(({ layout }) => framed(layout).width));
  let top = 0;
  const drawn = pictures.map((picture) => {
    const { height } = framed(picture.layout);
    const heading = `<text class="heading" ${plainLook(".heading")} x="${n(MARGIN)}" y="${n(top + 26)}">${markup(picture.graph.workflowName)}</text>`;
    const group = `<g>${heading}${drawing(picture, MARGIN, top + HEADING + MARGIN / 2)}</g>\n`;
    top += height + HEADING;
    return group;
  });
  const graphs = pictures.map(({ graph }) => graph);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n${svgStart({ width, height: top }, "graph")}` +
    `${titles(graphs, "graph")}\n<style>${GRAPH_STYLE}</style>\n` +
    `<rect class="paper" ${plainLook(".paper")} width="100%" height="100%"/>\n${drawn.join("")}</svg>\n`
  );
}

function svgStart({ width, height }: Size, id: string): string {
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  const names = `aria-labelledby="${markup(id)}-title" aria-describedby="${markup(id)}-desc"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${GRAPH_ATTRIBUTES} role="img" ${names} ${size}>`;
}

function titles(graphs: readonly GraphView[], id: string): string {
  const names = graphs.map(({ workflowName }) => workflowName).join(", ");
  const descriptions = graphs.map(descriptionOf).join(" ");
  return (
    `<title id="${markup(id)}-title">${markup(`Graph of ${names}`)}</title>` +
    `<desc id="${markup(id)}-desc">${markup(descriptions)}</desc>`
  );
}

/** What a picture shows, in a sentence for those who do not see it. */
function descriptionOf({ workflowName, nodes, edges }: GraphView): string {
  const named = (chosen: ReadonlySet<number>): string =>
    nodes.flatMap(({ taskName }, index) => (chosen.has(index) ? [] : [taskName])).join(", ");
  const first = named(new Set(edges.map(({ downstream }) => downstream)));
  const last = named(new Set(edges.map(({ upstream }) => upstream)));
  const ends = first === "" || last === "" ? "" : `, from ${first} to ${last}`;
  return `${workflowName}: ${counted(nodes.length, "node")}, ${counted(edges.length, "edge")}${ends}.`;
}

function framed({ width, height }: Size): Size {
  return { width: width + 2 * MARGIN, height: height + 2 * MARGIN };
}

function drawing({ graph, layout, sizes }: GraphPicture, x: number, y: number): string {
  const edges = layout.edges.map(({ curve, tip }) => {
    const [start, ...rest] = curve;
    if (start === undefined) return "";
    const path = `M${pair(start)}C${rest.map(pair).join(" ")}`;
    return `<path class="edge" ${plainLook(".edge")} d="${path}"/><path class="tip" ${plainLook(".tip")} d="${arrow(rest.at(-1) ?? start, tip)}"/>`;
  });
  const nodes = graph.nodes.map((node, index) =>
    nodeDrawing(node, layout.nodes[index] ?? { x: 0, y: 0 }, sizes[index] ?? { width: 0, height: 0 }),
  );
  return `<g transform="translate(${n(x)} ${n(y)})">\n${[...edges, ...nodes].join("\n")}\n</g>`;
}

function nodeDrawing({ taskName, facts, shape }: GraphNode, place: Point, size: Size): string {
  const top = place.y - (facts.length * LINE) / 2;
  const line = (text: string, index: number): string => {
    const kind = index === 0 ? "name" : "fact";
    const where = `x="${n(place.x)}" y="${n(top + index * LINE + 4.5)}"`;
    return `<text class="${kind}" ${plainLook(`.${kind}`)} ${where}>${markup(shortened(text, LONGEST))}</text>`;
  };
  const kind = shape < 0 ? "missing" : (QUEUE_CLASSES[shape % SHAPES] ?? "queue-0");
  return (
    `<g class="${kind}"><title>${markup([taskName, ...facts].join(", "))}</title>` +
    `<path class="outline" ${plainLook(`.${kind} .outline`)} d="${outline(shape, place, size)}"/>${[taskName, ...facts].map(line).join("")}</g>`
  );
}

function sizeOf({ taskName, facts }: GraphNode): Size {
  const widths = [
    textWidth(shortened(taskName, LONGEST), NAME_SIZE, true),
    ...facts.map((fact) => textWidth(shortened(fact, LONGEST), FACT_SIZE, false)),
  ];
  return { width: Math.round(Math.max(...widths) + 36), height: (facts.length + 1) * LINE + 16 };
}

function pair({ x, y }: Point): string {
  return `${n(x)} ${n(y)}`;
}

/** A triangle from where a curve ends to where it points. */
function arrow(end: Point, tip: Point): string {
  const length = Math.hypot(tip.x - end.x, tip.y - end.y) || 1;
  const across = { x: (-(tip.y - end.y) / length) * 4, y: ((tip.x - end.x) / length) * 4 };
  return polygon(tip.x, tip.y, end.x + across.x, end.y + across.y, end.x - across.x, end.y - across.y);
}
