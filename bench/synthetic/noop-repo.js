// A client repo with one workflow, `noop`, of the given graph; its tasks do nothing.
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured, ROOT } from "../folders.js";

/**
 * @param nodes `[{ taskName, upstreams }, ...]`
 * @returns its folder
 */
export function writeNoopRepo(name, nodes) {
  const folder = path.join(CACHE, `noop-${name}`);
  rmSync(folder, { recursive: true, force: true });
  symlinkSync(ROOT, path.join(ensured(path.join(folder, "node_modules")), "dkist-processing-core"));
  writeFileSync(path.join(folder, "package.json"), '{ "name": "bench-noop", "version": "0.0.0", "type": "module" }\n');
  // A module for each Task, as authors write them: one that holds all would be read again for every bundle.
  const tasks = ensured(path.join(folder, "dist/tasks"));
  for (const { taskName } of nodes) writeFileSync(path.join(tasks, `${taskName}.js`), taskModule(taskName));
  writeFileSync(path.join(ensured(path.join(folder, "dist/workflows")), "noop.js"), workflowModule(nodes));
  return folder;
}

function taskModule(taskName) {
  return `import { TaskBase } from "dkist-processing-core";\nexport class ${taskName} extends TaskBase {\n  async run() {}\n}\n`;
}

function workflowModule(nodes) {
  const imports = nodes.map(({ taskName }) => `import { ${taskName} } from "../tasks/${taskName}.js";\n`);
  const added = nodes.map(
    ({ taskName, upstreams }) => `noop.addNode(${taskName}, { upstreams: [${upstreams.join(", ")}] });\n`,
  );
  return (
    `import { Workflow } from "dkist-processing-core";\n${imports.join("")}` +
    `export const noop = new Workflow({ workflowName: "noop" });\n${added.join("")}`
  );
}
