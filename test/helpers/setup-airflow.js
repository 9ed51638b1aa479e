/**
 * Provisions the real Airflows that the integration tests run against: one venv a version, below `.cache/`.
 *
 *   node test/helpers/setup-airflow.js [version...]
 *
 * Layout, which `airflow.ts` reads: `.cache/airflow-<version>/{venv/, home/airflow.db, stamp}`. The stamp is written last
 * and is the digest of the lock file and of the Python version, so a second run takes no time and a changed lock file
 * makes a new venv. The database is migrated once here and copied for every test home: a migration takes 9 s.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSIONS = ["3.3.2", "2.11.2"];
const HELPERS = import.meta.dirname;
const CACHE = join(HELPERS, "..", "..", ".cache");

/** Airflow 2.11 runs on Python 3.10 to 3.12; one Python serves both. */
const PYTHONS = ["python3", "python3.12", "python3.11", "python3.10", "python"];

function main() {
  const wanted = process.argv.slice(2);
  const python = findPython();
  for (const version of wanted.length === 0 ? VERSIONS : wanted) provision(version, python);
}

function provision(version, python) {
  const started = Date.now();
  const say = (text) => console.log(`airflow ${version}: ${text}`);
  const lock = join(HELPERS, `airflow-${version}.lock.txt`);
  if (!existsSync(lock)) fail(`there is no lock file for Airflow ${version}; known are ${VERSIONS.join(" and ")}`);

  const folder = join(CACHE, `airflow-${version}`);
  const stamp = join(folder, "stamp");
  const digest = createHash("sha256").update(readFileSync(lock)).update(python.version).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return say("ready (cached)");

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const venv = join(folder, "venv");
  const uv = findUv(python.path);
  say(`making a venv with Python ${python.version}`);
  run(uv, ["venv", "--quiet", "--python", python.path, venv]);
  say("installing from the lock file");
  run(uv, ["pip", "sync", "--quiet", "--compile-bytecode", "--python", join(venv, "bin", "python"), lock]);
  say("migrating the database");
  run(join(venv, "bin", "airflow"), ["db", "migrate"], {
    AIRFLOW_HOME: join(folder, "home"),
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    PYTHONWARNINGS: "ignore",
    PATH: `${join(venv, "bin")}:${process.env.PATH ?? ""}`,
  });
  writeFileSync(stamp, digest);
  say(`ready after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The first Python on PATH that both Airflows run on. */
function findPython() {
  const seen = [];
  for (const name of PYTHONS) {
    const asked = spawnSync(
      name,
      ["-c", "import sys, platform; print(sys.executable); print(platform.python_version())"],
      {
        encoding: "utf8",
      },
    );
    if (asked.status !== 0) continue;
    const [path, version] = asked.stdout.trim().split("\n");
    const [major, minor] = version.split(".").map(Number);
    if (major === 3 && minor >= 10 && minor <= 12) return { path, version };
    seen.push(`${name} is ${version}`);
  }
  return fail(`the Airflow tests need Python 3.10, 3.11 or 3.12 on PATH (${seen.join(", ") || "no Python found"})`);
}

/** uv from PATH, else one of our own: pip alone takes minutes to install an Airflow. */
function findUv(python) {
  if (spawnSync("uv", ["--version"]).status === 0) return "uv";
  const venv = join(CACHE, "uv");
  const uv = join(venv, "bin", "uv");
  if (existsSync(uv) && spawnSync(uv, ["--version"]).status === 0) return uv;
  console.log("airflow: installing uv");
  rmSync(venv, { recursive: true, force: true });
  // Debian's Python has no ensurepip without python3-venv, but may well have pip: then a plain folder does as well.
  if (spawnSync(python, ["-m", "venv", venv]).status === 0) run(join(venv, "bin", "pip"), ["install", "--quiet", "uv"]);
  else run(python, ["-m", "pip", "install", "--quiet", "--target", venv, "uv"]);
  return uv;
}

function run(command, parameters, environment = {}) {
  const done = spawnSync(command, parameters, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.status === 0) return;
  const output = `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}`
    .trim()
    .split("\n")
    .slice(-20)
    .join("\n");
  fail(`${command} ${parameters.join(" ")} failed (exit ${String(done.status)})\n${output}`);
}

function fail(sentence) {
  console.error(`setup-airflow: ${sentence}`);
  process.exit(1);
}

main();
