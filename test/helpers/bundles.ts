import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { BundleSettings } from "../../src/bundle/bundle-settings.js";
import { bundleTask } from "../../src/bundle/bundle-task.js";
import { createSourceScan } from "../../src/bundle/isolation.js";
import { keptBuilds } from "../../src/bundle/kept-builds.js";
import type { TaskBundle, TaskRef } from "../../src/model/task-bundle.js";
import { loadTemplates } from "../../src/render/engine.js";
import { createShim } from "../../src/render/shim.js";
import { bytesOf } from "./entry-bytes.js";
import { tempFolder, writeTree, type Tree } from "./folders.js";

const shim = createShim(loadTemplates());

/** A module that defines a Task, with what it does. */
export function taskModule(name: string, head: string, run = ""): string {
  return `import { TaskBase } from "dkist-processing-core";
${head}
export class ${name} extends TaskBase { run() { ${run} } }
`;
}

/** Bundles the Task `T` of `dist/t.js` (or another one) in a client repo with these files. */
export async function bundleIn(
  root: string,
  options: Partial<BundleSettings> = {},
  task: Partial<TaskRef> = {},
): Promise<TaskBundle> {
  const { taskName = "T", module = "dist/t.js" } = task;
  return bundleTask(
    { exportName: taskName, property: null, ...task, taskName, module: path.resolve(root, module) },
    {
      root,
      target: "node20",
      external: [],
      made: [],
      tasks: {},
      shim,
      scan: createSourceScan(),
      kept: keptBuilds(root),
      ...options,
    },
  );
}

/** A client repo: a package.json and these files. */
export async function clientRepo(tree: Tree, ...below: string[]): Promise<string> {
  return tempFolder({ "package.json": '{ "name": "client", "type": "module" }', ...tree }, ...below);
}

/** An installed package with its main file. */
export function installed(folder: string, about: object, files: Tree): Tree {
  return {
    [`${folder}/package.json`]: JSON.stringify({ version: "1.0.0", ...about }),
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content])),
  };
}

/** Starts a bundle as a worker would, alone in an empty folder. */
export async function start(bundle: TaskBundle, ...parameters: string[]): Promise<{ code: number; output: string }> {
  const folder = await tempFolder({}, "tasks", bundle.taskName);
  await writeTree(folder, Object.fromEntries(bundle.files.map((file) => [file.path, bytesOf(file)])));
  const env = { ...process.env, DKIST_RECIPE_RUN_ID: "1", DKIST_WORKFLOW: "w", DKIST_VERSION: "1" };
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [path.join(folder, "run.js"), ...parameters],
      { cwd: folder, env },
    );
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** All bytes of a bundle as one text, to look for what must not be in it. */
export function allText(bundle: TaskBundle): string {
  return bundle.files.map((file) => `${file.path}\n${bytesOf(file).toString("latin1")}`).join("\n");
}
