// Case: one task that does nothing, as a worker starts it, against a Node that does nothing; and one with a heavy
// dependency, from its bundle and from a whole node_modules.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../folders.js";
import { unpackedRelease } from "../release.js";
import { VERSION } from "../synthetic/graph.js";
import { writeTaskRepo } from "../synthetic/task-repo.js";
import { compare } from "../timing/compare.js";

const ENV = { DKIST_RECIPE_RUN_ID: "1", DKIST_WORKFLOW: "all", DKIST_VERSION: VERSION };

export async function taskCase({ meter, original, rounds }) {
  const { folder, tasks } = writeTaskRepo("one", 2);
  const release = unpackedRelease(original, folder, "bench-tasks");
  const [idle, heavy] = tasks;
  const program = (taskName) => path.join(release.folder, "tasks", taskName, "run.js");
  const sides = [
    side("bash, as the DAG runs it", ["/bin/bash", "-c", commandOfDag(release, idle.taskName)], {
      CODE_MOUNT: release.mount,
      DKIST_TASK: idle.taskName,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    }),
    side("node run.js", [process.execPath, program(idle.taskName)]),
    side("node run.js, with zod in its bundle", [process.execPath, program(heavy.taskName)]),
    side("the same from a whole node_modules", [
      process.execPath,
      writeUnbundled(folder, heavy, path.dirname(program(heavy.taskName))),
    ]),
    { name: "node -e 0", command: { argv: [process.execPath, "-e", "0"] } },
  ];
  const [bash, task, bundled, unbundled, node] = await compare(meter, sides, { rounds, memory: true });
  return { bash, task, bundled, unbundled, node, bytes: bytesOf(path.dirname(program(idle.taskName))) };
}

function side(name, argv, env = {}) {
  return {
    name,
    command: { argv, env: { ...ENV, ...env } },
    check: (output) => {
      if (!output.includes("task done")) throw new Error(`${name}: the task did not run:\n${output}`);
    },
  };
}

/** What run_command() in the DAG file gives to bash for a queue without flags. */
function commandOfDag({ dags, folder }, taskName) {
  const [file] = readdirSync(dags).filter((name) => name.endsWith(".py"));
  const script = /^RUN_TASK = """\\\n([\s\S]*?)^"""$/m.exec(readFileSync(path.join(dags, file), "utf8"))?.[1];
  if (script === undefined) throw new Error(`no RUN_TASK for ${taskName} in ${file}`);
  return `release=${path.basename(folder)}\nnode=node\nflags=()\n${script}`;
}

/** The bundle's program before it is bundled: the same runtime, the task and its dependency as they are installed. */
function writeUnbundled(folder, { taskName, module }, taskFolder) {
  const program = path.join(folder, "run-unbundled.mjs");
  writeFileSync(
    program,
    `import { runTask } from ${JSON.stringify(path.join(ROOT, "dist/worker-library.js"))};\n` +
      `const load = async () => (await import(${JSON.stringify(module)})).${taskName};\n` +
      `runTask(load, { taskName: "${taskName}", taskFolder: ${JSON.stringify(taskFolder)} });\n`,
  );
  return program;
}

function bytesOf(folder) {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}
