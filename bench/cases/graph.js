// Case: the rules on one very large graph, and a picture of a usual one. Nobody makes either beside us: times alone.
import path from "node:path";
import { summary } from "../timing/compare.js";

export async function graphCase({ meter, rounds }) {
  const program = path.join(import.meta.dirname, "../processes/graph.js");
  const { output } = await meter.measure({ argv: [process.execPath, program, String(rounds)] });
  const { nodes, edges, rules, coldPicture, pictures } = JSON.parse(output.trim().split("\n").at(-1));
  return {
    nodes,
    edges,
    first: rules[0],
    rules: summary(rules),
    coldPicture,
    pictures: summary(pictures),
    runs: rounds,
  };
}
