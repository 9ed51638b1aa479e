// Builds a release of a client repo and unpacks it as a worker's disk holds it.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { CACHE, CLI } from "./folders.js";
import { VERSION } from "./synthetic/graph.js";

/**
 * @param original whose Python unpacks: any other would do
 * @param repo a client repo
 * @param name of its package
 * @returns the release's folder, and its DAG file's folder
 */
export function unpackedRelease(original, repo, name) {
  const folder = path.join(CACHE, `release-${name}`);
  rmSync(folder, { recursive: true, force: true });
  const artifacts = path.join(folder, "artifacts");
  dkistCore(["build", "--airflow", "none", "--version", VERSION, "--out", artifacts], repo);
  const release = `${name}_${VERSION}`;
  const mount = path.join(folder, "mount");
  unpack(original, path.join(artifacts, `${release}_code.zip`), mount);
  const dags = path.join(folder, "dags");
  unpack(original, path.join(artifacts, `${release}_workflows.zip`), dags);
  return { mount, folder: path.join(mount, release), dags };
}

export function dkistCore(parameters, cwd) {
  return execFileSync(process.execPath, [CLI, ...parameters], { cwd, encoding: "utf8", stdio: "pipe" });
}

function unpack(original, zip, folder) {
  execFileSync(original.python, ["-m", "zipfile", "-e", zip, folder]);
}
