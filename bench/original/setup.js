// The Python original, installed as its users do: a venv of its own below .cache/, made by uv from a pinned lock file.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured } from "../folders.js";

const LOCK = path.join(import.meta.dirname, "requirements.lock.txt");
const FOLDER = path.join(CACHE, "original");

/**
 * Makes the venv where it is not there yet.
 *
 * @returns {{ python: string, base: string, version: string, environment: Record<string, string> }} its Python, the Python
 *   that it was made with, and what Airflow needs to run from there without touching anybody's home
 */
export function setUpOriginal() {
  const base = findPython();
  const venv = path.join(FOLDER, "venv");
  const python = path.join(venv, "bin", "python");
  const stamp = path.join(FOLDER, "stamp");
  const digest = createHash("sha256").update(readFileSync(LOCK)).update(base.version).digest("hex");
  const environment = { AIRFLOW_HOME: ensured(path.join(FOLDER, "home")), PYTHONHASHSEED: "0" };
  const original = { python, base: base.path, version: base.version, environment };
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return original;

  console.log("set-up: installing dkist-processing-core 5.1.1 with its Airflow (once, some minutes)");
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(environment.AIRFLOW_HOME, { recursive: true });
  const uv = findUv(base.path);
  run(uv, ["venv", "--quiet", "--python", base.path, venv]);
  // Compiled to byte code at once: else the first timed run would pay for it.
  run(uv, ["pip", "sync", "--quiet", "--compile-bytecode", "--python", python, LOCK]);
  // Airflow writes its configuration on its first start.
  run(python, ["-c", "import dkist_processing_core"], environment);
  writeFileSync(stamp, digest);
  return original;
}

/** The original asks for 3.11 or later, its Airflow 2.10 for 3.12 at most. */
function findPython() {
  const asked = ["python3", "python3.12", "python3.11", "python"].map((name) =>
    spawnSync(name, ["-c", "import sys, platform; print(sys.executable); print(platform.python_version())"], {
      encoding: "utf8",
    }),
  );
  for (const { status, stdout } of asked) {
    const [file, version = ""] = (status === 0 ? stdout : "").trim().split("\n");
    if (/^3\.1[12]\./.test(version)) return { path: file, version };
  }
  throw new Error("the original needs Python 3.11 or 3.12 on PATH");
}

function findUv(python) {
  if (spawnSync("uv", ["--version"]).status === 0) return "uv";
  const venv = path.join(CACHE, "..", "uv");
  const uv = path.join(venv, "bin", "uv");
  if (spawnSync(uv, ["--version"]).status === 0) return uv;
  rmSync(venv, { recursive: true, force: true });
  run(python, ["-m", "venv", venv]);
  run(path.join(venv, "bin", "pip"), ["install", "--quiet", "uv"]);
  return uv;
}

function run(program, parameters, environment = {}) {
  const { status, stderr, error } = spawnSync(program, parameters, {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  if (status === 0) return;
  throw new Error(`${program} ${parameters.join(" ")} failed\n${error?.message ?? stderr.trim().slice(-2000)}`);
}
