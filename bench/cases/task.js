// Case: one task that does nothing, as a worker starts it, against a Node that does nothing.
import { rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { CACHE, CLI } from "../folders.js";
import { VERSION } from "../synthetic/graph.js";
import { writeTypeScriptRepo } from "../synthetic/typescript-repo.js";
import { compare } from "../timing/compare.js";

export async function taskCase({ meter, original, rounds }) {
  const artifacts = path.join(CACHE, "task-artifacts");
  const mount = path.join(CACHE, "task-mount");
  for (const folder of [artifacts, mount]) rmSync(folder, { recursive: true, force: true });
  const release = `bench-client_${VERSION}`;
  run(
    process.execPath,
    [CLI, "build", "--airflow", "none", "--version", VERSION, "--out", artifacts],
    writeTypeScriptRepo(1, 1),
  );
  run(original.python, ["-m", "zipfile", "-e", path.join(artifacts, `${release}_code.zip`), mount], CACHE);

  const task = {
    name: "task",
    command: {
      argv: [process.execPath, path.join(mount, release, "tasks/Task00/run.js")],
      env: { DKIST_RECIPE_RUN_ID: "1", DKIST_WORKFLOW: "l0_to_l1_bench_w00000", DKIST_VERSION: VERSION },
    },
    check: (output) => {
      if (!output.includes("task done")) throw new Error(`the task did not run:\n${output}`);
    },
  };
  const node = { name: "node -e 0", command: { argv: [process.execPath, "-e", "0"] } };
  const [a, b] = await compare(meter, [task, node], { rounds, memory: true });
  return { task: a, node: b };
}

function run(program, parameters, cwd) {
  const { status, stderr } = spawnSync(program, parameters, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${parameters.join(" ")} failed\n${stderr}`);
}
