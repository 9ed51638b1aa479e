// Is each line of what decides between right and wrong held by a test? Changes one after another, and looks whether a test
// fails. Prints what no test holds; fails below 85 %.
//
//   npm run test:mutation                  npm run test:mutation -- src/model/graph.ts     one file of the table
import { Stryker } from "@stryker-mutator/core";
import { rmSync } from "node:fs";
import { ROOT } from "./steps.js";

/** What is mutated, and the tests that have to notice it: all tests would take a day. */
const ROOMS = {
  "src/model/diagnostics.ts": ["test/model/diagnostics"],
  "src/model/graph.ts": ["test/model/graph"],
  "src/model/naming.ts": ["test/model/naming"],
  "src/model/release-changes.ts": ["test/model/release-changes"],
  "src/model/trigger-rules.ts": ["test/model/trigger-rules"],
  "src/model/{nearest-name,secret-files,version,version-order,printable,shell-word}.ts": [
    "test/model/{nearest-name,secret-files,version,version-order,printable,shell-word}",
  ],
  "src/model/{finding,node-facts}.ts": ["test/model/{diagnostics,node-facts}"],
  "src/model/{counted,digest,duration,message-of,native-platform,package-name,whole-number}.ts": [
    "test/model/{counted,digest,duration,message-of,native-platform,package-name,whole-number}",
  ],
  "src/validate/rules.ts": ["test/validate/rules"],
  "src/validate/airflow-compare.ts": ["test/validate/airflow-check"],
  "src/render/literals.ts": ["test/render/literals"],
  "src/artifact/plan.ts": ["test/artifact/write"],
  "src/release/{read-manifest,manifest-schema}.ts": ["test/release/read-manifest"],
  "src/notify/failure-message.ts": ["test/notify/failure-message"],
};
const LOWEST_SCORE = 85;
const KILLED = ["Killed", "Timeout"];
const LIVES = ["Survived", "NoCoverage"];

const [wanted] = process.argv.slice(2);
const rooms = Object.entries(ROOMS).filter(([sources]) => wanted === undefined || sources === wanted);
process.chdir(ROOT);
const mutants = [];
for (const [sources, tests] of rooms) {
  const found = await new Stryker({
    mutate: [sources],
    testRunner: "jest",
    testRunnerNodeArgs: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
    jest: {
      configFile: "jest.config.js",
      config: { testMatch: tests.map((test) => `<rootDir>/${test}.test.ts`) },
      enableFindRelatedTests: false,
    },
    coverageAnalysis: "perTest",
    concurrency: 1,
    timeoutMS: 5_000,
    ignorePatterns: [".cache", "dist", "dist.*", "examples", "bench", "docs"],
    tempDirName: ".stryker",
    reporters: [],
    logLevel: "error",
    allowConsoleColors: false,
    thresholds: { break: null },
  }).runMutationTest();
  mutants.push(...found);
  for (const { fileName, location, status, mutatorName, replacement } of found) {
    if (!LIVES.includes(status)) continue;
    const place = `${fileName.replace(`${ROOT}`, "")}:${location.start.line}:${location.start.column}`;
    console.log(`${place} ${status} ${mutatorName}: ${replacement.replaceAll(/\s+/g, " ").slice(0, 100)}`);
  }
  console.log(`${scoreText(found)}  ${sources}`);
}
rmSync(".stryker", { recursive: true, force: true });
console.log(`${scoreText(mutants)}  all`);
process.exit(scoreOf(mutants) >= LOWEST_SCORE ? 0 : 1);

function scoreOf(found) {
  const killed = found.filter(({ status }) => KILLED.includes(status)).length;
  const lives = found.filter(({ status }) => LIVES.includes(status)).length;
  return (100 * killed) / (killed + lives);
}

function scoreText(found) {
  const killed = found.filter(({ status }) => KILLED.includes(status)).length;
  const lives = found.filter(({ status }) => LIVES.includes(status)).length;
  return `${scoreOf(found).toFixed(1)} % (${killed} of ${killed + lives})`;
}
