// Case: one task that does nothing as the Python original runs it on a worker: its rendered command makes a virtual
// environment, installs the client's package into it, runs the task and removes it all. Once, as it takes minutes.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured } from "../folders.js";
import { writePythonPackage } from "../synthetic/python-package.js";

/** A client that is published for the original's version 5.1.1: the smallest of them. */
const CLIENT = { package: "dkist_processing_ops", version: "1.6.58" };

/** @returns seconds, and what was written and removed again: bytes and files */
export async function originalTaskCase({ meter, original }) {
  const folder = path.join(CACHE, "original-task");
  rmSync(folder, { recursive: true, force: true });
  const cwd = ensured(path.join(folder, "work"));
  const counted = path.join(folder, "counted");
  const tasks = writePythonPackage(1, 1);
  const script = path.join(folder, "task.sh");
  const render = [path.join(import.meta.dirname, "../original/task_script.py"), CLIENT.package, CLIENT.version];
  const env = { ...process.env, ...original.environment, PYTHONPATH: tasks };
  writeFileSync(script, execFileSync(original.python, render, { env, encoding: "utf8" }));
  const bin = writeCountingRm(folder, counted);
  const figures = await meter.measure({
    argv: ["/bin/bash", script],
    cwd,
    env: {
      PATH: `${bin}:${path.dirname(original.base)}:${process.env.PATH}`,
      // It upgrades its user's own pip, too.
      HOME: ensured(path.join(folder, "home")),
      PIP_CACHE_DIR: ensured(path.join(CACHE, "pip")),
      PYTHONPATH: tasks,
    },
  });
  if (!existsSync(counted)) throw new Error(`the original did not come to its end:\n${figures.output.slice(-2000)}`);
  const [bytes, files] = readFileSync(counted, "utf8").trim().split(/\s+/).map(Number);
  rmSync(folder, { recursive: true, force: true });
  return {
    client: `${CLIENT.package.replaceAll("_", "-")} ${CLIENT.version}`,
    wall: figures.wall,
    cpu: figures.cpu,
    bytes,
    files,
  };
}

/** Only when the script removes what it wrote can it be counted. */
function writeCountingRm(folder, counted) {
  const bin = ensured(path.join(folder, "bin"));
  const rm = path.join(bin, "rm");
  writeFileSync(
    rm,
    `#!/bin/sh\n[ "$2" = .task_venv ] && echo "$(du -sb .task_venv | cut -f1) $(find .task_venv -type f | wc -l)" > ${counted}\nexec /bin/rm "$@"\n`,
  );
  chmodSync(rm, 0o755);
  return bin;
}
