/**
 * How pictures look. The colours are Okabe and Ito's, which people of any colour vision tell apart, darkened or lightened
 * until text on them is readable; shapes say the same without.
 *
 * @see https://jfly.uni-koeln.de/color/
 */
const LIGHT = {
  ...{ ink: "#17212b", soft: "#44525f", line: "#5c6b7a", paper: "#ffffff" },
  ...{ "fill-0": "#f2f6fa", "edge-0": "#33567a", "fill-1": "#fff0d6", "edge-1": "#8a5200" },
  ...{ "fill-2": "#dff3ec", "edge-2": "#00664a", "fill-3": "#fae6f1", "edge-3": "#8f3d6c" },
  ...{ "fill-4": "#e3f2fc", "edge-4": "#00588f", "fill-5": "#fbf7cf", "edge-5": "#665c00" },
};
type Palette = typeof LIGHT;
const DARK: Palette = {
  ...{ ink: "#eef3f8", soft: "#bccad6", line: "#93a3b3", paper: "#10161c" },
  ...{ "fill-0": "#1b2733", "edge-0": "#8fb4d9", "fill-1": "#3a2a0c", "edge-1": "#f0b04a" },
  ...{ "fill-2": "#0d3328", "edge-2": "#4fcfa6", "fill-3": "#3b1c2d", "edge-3": "#e59ac2" },
  ...{ "fill-4": "#0d2d42", "edge-4": "#6cc0f5", "fill-5": "#35310a", "edge-5": "#e8da5a" },
};
const PRINT: Palette = { ...LIGHT, ink: "#000000", soft: "#333333", line: "#555555", "fill-0": "#ffffff" };

const FONTS = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** SVG's properties by selector; a colour is named, as it depends on the page. */
const LOOKS = {
  ".paper": { fill: "paper" },
  ".heading": { fill: "ink", "font-size": "15px", "font-weight": "600" },
  ".name": { fill: "ink", "font-size": "13px", "font-weight": "600", "text-anchor": "middle" },
  ".fact": { fill: "soft", "font-size": "11px", "text-anchor": "middle" },
  ".edge": { fill: "none", stroke: "line", "stroke-width": "1.4" },
  ".tip": { fill: "line" },
  ".missing .outline": { fill: "paper", stroke: "line", "stroke-width": "1.5", "stroke-dasharray": "5 4" },
  ".queue-0 .outline": { fill: "fill-0", stroke: "edge-0", "stroke-width": "1.5" },
  ".queue-1 .outline": { fill: "fill-1", stroke: "edge-1", "stroke-width": "1.5" },
  ".queue-2 .outline": { fill: "fill-2", stroke: "edge-2", "stroke-width": "1.5" },
  ".queue-3 .outline": { fill: "fill-3", stroke: "edge-3", "stroke-width": "1.5" },
  ".queue-4 .outline": { fill: "fill-4", stroke: "edge-4", "stroke-width": "1.5" },
  ".queue-5 .outline": { fill: "fill-5", stroke: "edge-5", "stroke-width": "1.5" },
} satisfies Record<string, Readonly<Record<string, string>>>;

/** The class of a node's group, by its shape. */
export const QUEUE_CLASSES = ["queue-0", "queue-1", "queue-2", "queue-3", "queue-4", "queue-5"] as const;

/** What an element of a picture is. */
export type Look = keyof typeof LOOKS;

/** In a page once for all, in a picture alone inside it. */
export const GRAPH_STYLE = `
.dkist-graph { ${variables(LIGHT)}
  font-family: ${FONTS}; }
@media (prefers-color-scheme: dark) {
  .dkist-graph { ${variables(DARK)} }
}
@media print {
  .dkist-graph { ${variables(PRINT)} }
}
${Object.entries(LOOKS)
  .map(([look, properties]) => `.dkist-graph ${look} { ${declarations(properties)} }\n`)
  .join("")}`;

/** The attributes of a picture's `svg` element. */
export const GRAPH_ATTRIBUTES = `class="dkist-graph" font-family="${FONTS}"`;

/**
 * How an element of a picture looks in light, as attributes: for programs that know no variables in style sheets (librsvg,
 * Inkscape, what office programs draw with) or no style sheets at all. Where {@link GRAPH_STYLE} is understood, it wins.
 */
export function plainLook(look: Look): string {
  return Object.entries(LOOKS[look])
    .map(([property, value]) => `${property}="${colorOf(value) ?? value}"`)
    .join(" ");
}

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(" ");
}

function declarations(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([property, value]) => `${property}: ${colorOf(value) === undefined ? value : `var(--${value})`};`)
    .join(" ");
}

function colorOf(name: string): string | undefined {
  return (LIGHT as Readonly<Record<string, string>>)[name];
}
