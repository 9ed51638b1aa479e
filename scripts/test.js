// Every test, with all the set-up that they need: Airflow and the Python peer in environments of their own below .cache/,
// RabbitMQ, Chromium and librsvg by apt where there is none. The last line is "N passed, N failed".
//
//   node scripts/test.js [jest arguments]     e.g. node scripts/test.js test/model
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { CACHE, EXAMPLE, ROOT, prepare, run, step } from "./steps.js";

prepare();
step("RabbitMQ");
installRabbitmq();
step("Chromium");
installChromium();
step("librsvg");
installRsvg();
step("Airflow 3.3.2 and 2.11.2");
run(process.execPath, ["test/helpers/setup-airflow.js"]);
step("the Python peer of the failure message");
run(process.execPath, ["test/helpers/setup-talus.js"]);

mkdirSync(CACHE, { recursive: true });
const counts = { passed: 0, failed: 0 };
step("the example client repo's own tests");
exampleTests();
step("the tests of dkist-core");
jest();
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

function installRabbitmq() {
  if (process.env.DKIST_TEST_AMQP) return console.log(`using the broker at ${process.env.DKIST_TEST_AMQP}`);
  if (existsSync("/usr/sbin/rabbitmq-server") || existsSync("/usr/lib/rabbitmq/bin/rabbitmq-server")) return;
  aptInstall(
    ["rabbitmq-server", "unzip"],
    "The tests need RabbitMQ. Install rabbitmq-server (on Debian: apt-get install rabbitmq-server), or name a broker\n" +
      "with an admin user guest/guest: DKIST_TEST_AMQP=host:port npm test",
  );
}

/** For the tests of the report page. */
function installChromium() {
  if (process.env.CHROMIUM_PATH) return console.log(`using the browser ${process.env.CHROMIUM_PATH}`);
  if (existsSync("/usr/bin/chromium")) return;
  aptInstall(
    ["chromium"],
    "The tests need Chromium. Install it (on Debian: apt-get install chromium), or name one: CHROMIUM_PATH=/path/to/chromium npm test",
  );
}

/** For the tests of pictures. */
function installRsvg() {
  if (spawnSync("rsvg-convert", ["--version"]).status === 0) return;
  aptInstall(
    ["librsvg2-bin"],
    "The tests need rsvg-convert. Install it (on Debian: apt-get install librsvg2-bin; elsewhere it is a part of librsvg)",
  );
}

function aptInstall(packages, otherwise) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.error(otherwise);
    process.exit(1);
  }
  // The tests start a broker of their own; the package must not start one beside it.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  run("apt-get", ["update", "-q"], { env });
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], { env });
}

function exampleTests() {
  const { status, stdout, stderr } = spawnSync("npm", ["test", "--silent"], {
    cwd: EXAMPLE,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  console.log(stdout.slice(-4000), stderr.slice(-2000));
  const count = (word) => Number(new RegExp(`^\\S+ ${word} (\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
  counts.passed += count("pass");
  counts.failed += Math.max(count("fail"), status === 0 && count("pass") > 0 ? 0 : 1);
}

function jest() {
  const report = path.join(CACHE, "jest-report.json");
  rmSync(report, { force: true });
  const node = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
  const { status } = spawnSync(
    process.execPath,
    [...node, "--json", `--outputFile=${report}`, ...process.argv.slice(2)],
    {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const result = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  counts.passed += result?.numPassedTests ?? 0;
  // A test file that cannot run is a failure too; so is a test that is not run at all.
  const unrun = (result?.numRuntimeErrorTestSuites ?? 1) + (result?.numPendingTests ?? 0);
  counts.failed += Math.max((result?.numFailedTests ?? 0) + unrun, status === 0 ? 0 : 1);
}
