// Times what is made of graphs inside one process, and says so as JSON, in seconds: `node graph.js ROUNDS`.
import { performance } from "node:perf_hooks";
import { drawGraphs, svgFile } from "../../dist/render/graph-picture.js";
import { checkRules } from "../../dist/validate/rules.js";

const rounds = Number(process.argv[2]);
const NODES = 100_000;
const UPSTREAMS = 3;

/** Each node has three upstreams somewhere before it. */
function workflow(workflowName, count, upstreams) {
  return {
    workflowName,
    workflowVersion: null,
    tags: [],
    workflowPackage: null,
    file: "dist/workflows/big.js",
    nodes: Array.from({ length: count }, (_, index) => ({
      taskName: `Task${index}`,
      taskClass: index,
      upstreams: [...new Set(upstreams(index))].filter((one) => one >= 0).map((one) => `Task${one}`),
      resourceQueue: "default",
      retries: 0,
      retryDelaySeconds: 60,
      executionTimeoutSeconds: null,
      pool: null,
      priorityWeight: null,
      triggerRule: "all_success",
    })),
  };
}

/** Scattered over all nodes before it, and the same in every run. */
const before = (index, one) => Math.imul(index * UPSTREAMS + one, 2_654_435_761) >>> 0;
const big = workflow("big", NODES, (index) =>
  Array.from({ length: UPSTREAMS }, (_, one) => (index === 0 ? -1 : before(index, one) % index)),
);
const taskClasses = big.nodes.map(({ taskName }) => ({ taskName, isAbstract: false }));
const edges = big.nodes.reduce((sum, { upstreams }) => sum + upstreams.length, 0);
const rules = [];
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  const findings = checkRules({
    workflows: [big],
    taskClasses,
    version: "1.0.0",
    workflowGlobs: [],
    resourceQueues: ["default"],
  });
  rules.push((performance.now() - begun) / 1000);
  if (findings.length > 0) throw new Error(JSON.stringify(findings.slice(0, 3)));
}

const small = workflow("small", 25, (index) => [
  index - 1,
  index % 3 === 1 ? index - 3 : -1,
  index % 5 === 4 ? index - 5 : -1,
]);
const pictures = [];
for (let round = -1; round < rounds; round += 1) {
  const begun = performance.now();
  const svg = svgFile(await drawGraphs([small]));
  if (!svg.includes("Task24")) throw new Error("the picture is not whole");
  // The first loads the engine.
  pictures.push((performance.now() - begun) / 1000);
}
const [coldPicture, ...warm] = pictures;
console.log(JSON.stringify({ nodes: NODES, edges, rules, coldPicture, pictures: warm }));
