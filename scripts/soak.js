// The tests that depend on chance, often enough to trust them; prints what was counted.
//
//   npm run test:soak      DKIST_SOAK_KILLS=500 npm run test:soak     for a night
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ROOT, run, step } from "./steps.js";

const ROUNDS = {
  DKIST_SOAK_KILLS: "50",
  DKIST_SOAK_DEPLOYS: "1000",
  DKIST_SOAK_DEPLOY_KILLS: "100",
  DKIST_SOAK_DEPLOY_PAIRS: "50",
  DKIST_SOAK_TEXTS: "5000",
  DKIST_SOAK_WORKFLOWS: "10000",
  DKIST_SOAK_NODES: "5000",
  DKIST_SOAK_TASKS: "500",
  DKIST_SOAK_ASSET_MB: "1000",
  DKIST_SOAK_BUILD_KILLS: "100",
  DKIST_SOAK_EXPORT_KILLS: "100",
  DKIST_SOAK_PUBLISHES: "1000",
  DKIST_SOAK_NOTIFY_KILLS: "100",
  DKIST_SOAK_BROKER_KILLS: "5",
  DKIST_SOAK_ZIPS: "300",
};
const TESTS = [
  "test/e2e/run/killed.test.ts",
  "test/e2e/release/faults.test.ts",
  "test/e2e/cli/scale.test.ts",
  // The texts of users, read by other languages.
  "test/render/literals.test.ts",
  "test/render/graph-encoders.test.ts",
  "test/report/",
  "test/artifact/zip.test.ts",
  "test/engine/dag-run-conf.test.ts",
  "test/integration/airflow/texts.test.ts",
  "test/e2e/report/markup.test.ts",
  "test/e2e/graph/mermaid.test.ts",
  "test/e2e/build/killed.test.ts",
  "test/integration/rabbitmq/delivery.test.ts",
  "test/integration/rabbitmq/phases.test.ts",
  "test/integration/rabbitmq/spool.test.ts",
  "test/artifact/zip-readers.test.ts",
];

const counts = path.join(CACHE, "soak-counts.jsonl");
mkdirSync(CACHE, { recursive: true });
rmSync(counts, { force: true });
writeFileSync(counts, "");

step("build");
run(process.execPath, ["scripts/build.js"]);
step(TESTS.join(", "));
const jest = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const { status } = spawnSync(process.execPath, [...jest, "--testTimeout=3600000", ...TESTS], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...ROUNDS, ...process.env, DKIST_SOAK_COUNTS: counts },
});

const sums = {};
for (const line of readFileSync(counts, "utf8").split("\n").filter(Boolean)) {
  for (const [what, number] of Object.entries(JSON.parse(line))) sums[what] = (sums[what] ?? 0) + number;
}
console.log();
for (const [what, number] of Object.entries(sums)) console.log(`${what}: ${number}`);
console.log(status === 0 ? "all as it should be" : "something failed: see above");
process.exit(status === 0 ? 0 : 1);
