// A client repo of one workflow and N tasks, of which each has one of these packages as its only dependency, as a worker's
// tasks have theirs. All of them are installed here anyway, and can be bundled.
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured, ROOT } from "../folders.js";

const PACKAGES = [
  undefined,
  "zod",
  "yaml",
  "fastest-levenshtein",
  "p-limit",
  "picocolors",
  "github-slugger",
  "saxes",
  "markdown-it",
  "fast-check",
  "spdx-expression-parse",
  "fast-deep-equal",
];

/** How a Task uses its package, where it does not use all of it. */
const USES = {
  zod: 'used.object({ arm: used.string(), frames: used.number().int() }).parse({ arm: "red", frames: 7 }).arm',
};

/** @returns its folder, and its Tasks: `[{ taskName, module }, ...]`, modules absolute */
export function writeTaskRepo(name, count) {
  const folder = path.join(CACHE, `tasks-${name}`);
  rmSync(folder, { recursive: true, force: true });
  linkPackages(ensured(path.join(folder, "node_modules")));
  writeFileSync(path.join(folder, "package.json"), '{ "name": "bench-tasks", "version": "0.0.0", "type": "module" }\n');
  const tasksFolder = ensured(path.join(folder, "dist/tasks"));
  const tasks = Array.from({ length: count }, (_, index) => {
    const taskName = `Task${String(index).padStart(3, "0")}`;
    const module = path.join(tasksFolder, `${taskName}.js`);
    writeFileSync(module, taskModule(taskName, PACKAGES[index % PACKAGES.length]));
    return { taskName, module };
  });
  writeFileSync(path.join(ensured(path.join(folder, "dist/workflows")), "all.js"), workflowModule(tasks));
  return { folder, tasks };
}

/** The text of a Task's module; another `note` is a change of the Task. */
export function taskModule(taskName, packageName, note = "") {
  const uses = packageName === undefined ? "" : `import * as used from "${packageName}";\n`;
  const use = USES[packageName] ?? "`${Object.keys(used).length} exports`";
  const run = packageName === undefined ? "" : ` this.log.info(${use}); `;
  return `import { TaskBase } from "dkist-processing-core";\n${uses}export class ${taskName} extends TaskBase {\n  async run() {${run}${note}}\n}\n`;
}

function workflowModule(tasks) {
  const imports = tasks.map(({ taskName }) => `import { ${taskName} } from "../tasks/${taskName}.js";\n`);
  return (
    `import { Workflow } from "dkist-processing-core";\n${imports.join("")}` +
    `export const all = new Workflow({ workflowName: "all" });\n` +
    tasks.map(({ taskName }) => `all.addNode(${taskName});\n`).join("")
  );
}

function linkPackages(folder) {
  symlinkSync(ROOT, path.join(folder, "dkist-processing-core"));
  for (const name of PACKAGES) {
    if (name !== undefined) symlinkSync(path.join(ROOT, "node_modules", name), path.join(folder, name));
  }
}
