/**
 * Provisions the Python peer of the failure message: talus, the library that the Python original publishes with, in a
 * venv below `.cache/`.
 *
 *   node test/helpers/setup-talus.js
 *
 * The stamp is written last and is the digest of the requirements file, so a second run takes no time and a changed file
 * makes a new venv.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const REQUIREMENTS = join(import.meta.dirname, "talus-requirements.txt");
const VENV = join(import.meta.dirname, "..", "..", ".cache", "venv-talus");
const STAMP = join(VENV, "stamp");

const digest = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex");
if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) {
  console.log("talus: ready (cached)");
} else {
  rmSync(VENV, { recursive: true, force: true });
  const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (python === undefined) fail("the RabbitMQ tests need Python 3.11 or later on PATH for talus");
  run(python, ["-m", "venv", VENV]);
  run(join(VENV, "bin", "python"), [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--requirement",
    REQUIREMENTS,
  ]);
  run(join(VENV, "bin", "python"), ["-c", "import talus, astropy.io.fits"]);
  writeFileSync(STAMP, digest);
  console.log("talus: ready");
}

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) fail(`${program} ${args.join(" ")} failed:\n${stderr}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
