/** The SVG in a program that knows no variables in style sheets: librsvg, which file managers and documents draw with. */
import { expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { drawGraphs, svgFile } from "../../../src/render/graph-picture.js";
import { nodeModel, workflowModel } from "../../helpers/workflow-models.js";

/** The colours that shapes and texts have in the end, as `fill #rrggbb`: librsvg draws them as an SVG without any style. */
function drawnColors(svg: string): Set<string> {
  const drawn = execFileSync("rsvg-convert", ["--format", "svg"], { input: svg, encoding: "utf8" });
  const colors = [...drawn.matchAll(/\b(fill|stroke)(?::|=")rgb\(([\d.]+)%,([\d.]+)%,([\d.]+)%\)/g)];
  return new Set(
    colors.map(([, property = "", ...parts]) => {
      const hex = parts.map((percent) =>
        Math.round(Number(percent) * 2.55)
          .toString(16)
          .padStart(2, "0"),
      );
      return `${property} #${hex.join("")}`;
    }),
  );
}

it("is drawn in the colours of a light page", async () => {
  const workflow = workflowModel("flow", [
    nodeModel("A"),
    nodeModel("B", { upstreams: ["A", "Gone"], resourceQueue: "high_memory" }),
  ]);
  expect(drawnColors(svgFile(await drawGraphs([workflow])))).toEqual(
    new Set([
      ...["fill #ffffff", "fill #17212b", "fill #44525f"], // paper, names, facts
      ...["stroke #5c6b7a", "fill #5c6b7a"], // edges and their tips, and the outline of what is missing
      ...["fill #f2f6fa", "stroke #33567a", "fill #fff0d6", "stroke #8a5200"], // default, high_memory
    ]),
  );
});
