// How cost grows, as a picture: wall time over the number of workflows, both in powers of ten.

const WIDTH = 720;
const HEIGHT = 420;
const FRAME = { left: 64, right: 150, top: 44, bottom: 52 };
const SERIES = [
  { name: "the original", key: "original", color: "#b3541e", dash: "" },
  { name: "dkist-core", key: "ours", color: "#1f5fa8", dash: "" },
  { name: "the limit", key: "limit", color: "#5c6670", dash: "5 4" },
];

/**
 * @param exports, growth as run.js collects them; of several layouts of one number, the first counts
 * @returns an SVG document
 */
export function growthPicture({ exports, growth }) {
  const series = SERIES.map((one) => ({ ...one, points: pointsOf(one.key, [...exports, ...growth]) }));
  const all = series.flatMap(({ points }) => points);
  const [x, y] = [
    scale(
      all.map(({ workflows }) => workflows),
      FRAME.left,
      WIDTH - FRAME.right,
    ),
    scale(
      all.map(({ seconds }) => seconds),
      HEIGHT - FRAME.bottom,
      FRAME.top,
    ),
  ];
  const grid = [
    ...x.decades.map((value) => line(x.at(value), FRAME.top, x.at(value), HEIGHT - FRAME.bottom)),
    ...y.decades.map((value) => line(FRAME.left, y.at(value), WIDTH - FRAME.right, y.at(value))),
    ...x.decades.map((value) => text(x.at(value), HEIGHT - FRAME.bottom + 18, value.toLocaleString("en-US"), "middle")),
    ...y.decades.map((value) => text(FRAME.left - 8, y.at(value) + 4, `${value} s`, "end")),
    text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 12, "workflows of 20 nodes", "middle"),
  ];
  const drawn = series
    .filter(({ points }) => points.length > 0)
    .map(({ name, color, dash, points }) => {
      const places = points.map(({ workflows, seconds }) => [n(x.at(workflows)), n(y.at(seconds))]);
      const [endX, endY] = places.at(-1);
      return (
        `<g stroke="${color}" fill="${color}"><polyline fill="none" stroke-width="2.5"${dash && ` stroke-dasharray="${dash}"`} points="${places.map((place) => place.join(",")).join(" ")}"/>` +
        `${places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5"/>`).join("")}</g>\n` +
        `<text x="${n(endX + 10)}" y="${n(endY + 4)}" fill="${color}" font-weight="600">${name}</text>\n`
      );
    });
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">
<title id="title">export-dags: wall time over the number of workflows</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${FRAME.left}" y="24" font-size="15" font-weight="600">export-dags: wall time over the number of workflows</text>
${grid.join("\n")}
${drawn.join("")}</svg>
`;
}

function pointsOf(key, cases) {
  const points = new Map();
  for (const { workflows, [key]: side } of cases) {
    if (side !== undefined && !points.has(workflows)) points.set(workflows, side.wall.min);
  }
  return [...points].map(([workflows, seconds]) => ({ workflows, seconds })).sort((a, b) => a.workflows - b.workflows);
}

/** Powers of ten around the values, from one place on the paper to another. */
function scale(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    decades: Array.from({ length: high - low + 1 }, (_, index) => Number(`1e${low + index}`)),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

function line(x1, y1, x2, y2) {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="#d8dde2"/>`;
}

function text(x, y, words, anchor) {
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" fill="#30363c">${words}</text>`;
}

function n(value) {
  return Number(value.toFixed(1));
}
