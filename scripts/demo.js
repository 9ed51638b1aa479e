// Shows what dkist-core makes of a real client repo; needs Node and, for the Python check, a python3.
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { EXAMPLE, ROOT, prepare, run, step } from "./steps.js";

const CLI = path.join(ROOT, "bin/dkist-core.js");
const dkistCore = (...parameters) => {
  console.log(`$ dkist-core ${parameters.join(" ")}`);
  run(process.execPath, [CLI, ...parameters], { cwd: EXAMPLE });
};

prepare();
step("check the example, and build it at version demo");
dkistCore("test-workflows");
dkistCore("export-dags", "--version", "demo", "--quiet");
// The demo may be run again after a change: version demo was never deployed.
dkistCore("build", "--version", "demo", "--airflow", "none", "--force");

step("what was made");
const artifacts = path.join(EXAMPLE, "artifacts");
const release = JSON.parse(readFileSync(path.join(artifacts, "dkist-processing-test_demo.json"), "utf8"));
for (const name of readdirSync(artifacts))
  console.log(`  ${path.join(artifacts, name)}  ${statSync(path.join(artifacts, name)).size} bytes`);
const largest = release.workflows.reduce((a, b) => (a.nodes.length >= b.nodes.length ? a : b));
console.log(
  `\n  ${release.workflows.length} DAG files in ${path.join(EXAMPLE, "dags")}; the largest workflow is ${largest.dagId}:`,
);
for (const node of largest.nodes) {
  console.log(`    ${node.taskName}${node.upstreams.length > 0 ? `  <- ${node.upstreams.join(", ")}` : ""}`);
}
console.log(`\n  ${release.bundles.length} task bundles; each runs in a Node process of its own, e.g. on a worker:`);
console.log(
  "    node $CODE_MOUNT/dkist-processing-test_demo/tasks/NoOpTask/run.js --recipe-run-id 1 --workflow-name w --workflow-version demo",
);
