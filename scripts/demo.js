// Shows what dkist-core makes of a real client repo; needs Node and, for the Python check, a python3.
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { CACHE, EXAMPLE, ROOT, prepare, run, step } from "./steps.js";

const CLI = path.join(ROOT, "bin/dkist-core.js");
const dkistCore = (...parameters) => {
  console.log(`$ dkist-core ${parameters.join(" ")}`);
  run(process.execPath, [CLI, ...parameters], { cwd: EXAMPLE, env });
};

// What the example's Tasks pass on and keep.
const work = path.join(CACHE, "demo");
const env = { ...process.env, DKIST_SCRATCH: path.join(work, "scratch"), DKIST_ARCHIVE: path.join(work, "archive") };

const ARTIFACTS = { ".zip": "release", ".json": "release manifest", ".html": "report page" };

prepare();
step("check the example, and build it at version demo");
dkistCore("test-workflows");
dkistCore("export-dags", "--version", "demo", "--quiet");
// The demo may be run again after a change, committed or not: version demo is never deployed.
dkistCore("build", "--version", "demo", "--airflow", "none", "--force", "--allow-dirty");

step("run the largest workflow on this machine, with the very bundles of the release");
const artifacts = path.join(EXAMPLE, "artifacts");
const release = JSON.parse(readFileSync(path.join(artifacts, "dkist-processing-test_demo.json"), "utf8"));
const largest = release.workflows.reduce((a, b) => (a.nodes.length >= b.nodes.length ? a : b));
rmSync(work, { recursive: true, force: true });
const codeZip = "artifacts/dkist-processing-test_demo_code.zip";
dkistCore("run", largest.workflowName, "--recipe-run-id", "1", "--artifact", codeZip);

step("what was made");
const count = (folder, ending) =>
  readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).length;
const trial = path.join(env.DKIST_ARCHIVE, "trials/1");
const made = [
  ["DAG files", path.join(EXAMPLE, "dags"), `${release.workflows.length} files`],
  ...readdirSync(artifacts)
    .filter((name) => name.startsWith("dkist-processing-test_demo"))
    .map((name) => [
      ARTIFACTS[path.extname(name)],
      path.join(artifacts, name),
      `${statSync(path.join(artifacts, name)).size} bytes`,
    ]),
  ["level-1 frames", path.join(trial, "l1"), `${count(path.join(trial, "l1"), ".fits")} FITS files`],
  ["preview picture", path.join(trial, "movie"), `${count(path.join(trial, "movie"), ".png")} PNG`],
];
for (const [what, where, size] of made) console.log(`  ${what.padEnd(16)} ${where}  (${size})`);
