// What the demo and the tests both need: a checkout whose dependencies are installed and which is built.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const EXAMPLE = path.join(ROOT, "examples/dkist-processing-test");
export const CACHE = path.join(ROOT, ".cache");

/** Runs a command with its output shown; ends this process when it fails. */
export function run(command, parameters, options = {}) {
  const { status, error } = spawnSync(command, parameters, { cwd: ROOT, stdio: "inherit", ...options });
  if (status === 0) return;
  console.error(`\n${command} ${parameters.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

export function step(sentence) {
  console.log(`\n== ${sentence}`);
}

/** Installs what the lock file says, once for each state of it. */
export function install(folder) {
  const stamp = path.join(folder, "node_modules", ".installed-lock");
  const lock = createHash("sha256")
    .update(readFileSync(path.join(folder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** The package built, and the example client repo installed against it and compiled. */
export function prepare() {
  step("install and build dkist-core");
  install(ROOT);
  run(process.execPath, ["scripts/build.js"]);
  step("install and compile the example client repo");
  install(EXAMPLE);
  run("npx", ["--no-install", "tsc"], { cwd: EXAMPLE });
}
