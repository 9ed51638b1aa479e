// Every test, with all the set-up that they need: programs by apt, Airflow and the Python peer in environments of their own below .cache/. The last line is "N passed, N failed".
//
//   node scripts/test.js [jest arguments]     e.g. node scripts/test.js test/model
import { spawnSync } from "node:child_process";
import { installPackages } from "./debian.js";
import { jest } from "./jest.js";
import { EXAMPLE, prepare, run, step } from "./steps.js";

prepare();
step("programs of this machine");
installPackages([
  "rabbitmq-server",
  "openssl",
  "unzip",
  "libarchive-tools",
  "p7zip-full",
  "strip-nondeterminism",
  "chromium",
  "librsvg2-bin",
  "zsh",
  "fish",
  "bash-completion",
]);
step("Airflow 3.3.2 and 2.11.2");
run(process.execPath, ["test/helpers/setup-airflow.js"]);
step("the Python peer of the failure message");
run(process.execPath, ["test/helpers/setup-talus.js"]);

step("the example client repo's own tests");
const example = exampleTests();
step("the tests of dkist-core");
const own = jest(process.argv.slice(2));
const failed = example.failed + own.failed;
console.log(`\n${example.passed + own.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function exampleTests() {
  const { status, stdout, stderr } = spawnSync("npm", ["test", "--silent"], {
    cwd: EXAMPLE,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  console.log(stdout.slice(-4000), stderr.slice(-2000));
  const count = (word) => Number(new RegExp(`^\\S+ ${word} (\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
  const passed = count("pass");
  return { passed, failed: Math.max(count("fail"), status === 0 && passed > 0 ? 0 : 1) };
}
