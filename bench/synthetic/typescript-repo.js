// A client repo as `tsc` leaves it: ES modules below dist/.
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured, ROOT } from "../folders.js";
import { modules, NAME, nodes } from "./graph.js";

/** Writes the client repo and returns its folder. */
export function writeTypeScriptRepo(workflows, perModule) {
  const folder = path.join(CACHE, `typescript-${workflows}-${perModule}`);
  rmSync(folder, { recursive: true, force: true });
  const workflowsFolder = ensured(path.join(folder, "dist/workflows"));
  symlinkSync(ROOT, path.join(ensured(path.join(folder, "node_modules")), "dkist-processing-core"));
  writeFileSync(
    path.join(folder, "package.json"),
    '{ "name": "bench-client", "version": "0.0.0", "type": "module" }\n',
  );
  writeFileSync(path.join(folder, "dist/tasks.js"), tasks());
  for (const { module, details } of modules(workflows, perModule)) {
    writeFileSync(path.join(workflowsFolder, `${module}.js`), workflowModule(details));
  }
  return folder;
}

function tasks() {
  const classes = nodes().map(({ task }) => `export class ${task} extends TaskBase {\n    async run() { }\n}\n`);
  return `import { TaskBase } from "dkist-processing-core";\n${classes.join("")}`;
}

function workflowModule(details) {
  const names = nodes().map(({ task }) => task);
  const placed = nodes()
    .map(
      ({ task, upstreams }) =>
        `    .addNode(${task}${upstreams.length === 0 ? "" : `, { upstreams: [${upstreams.join(", ")}] }`})`,
    )
    .join("\n");
  const workflows = details.map(
    (detail) =>
      `export const ${detail} = new Workflow({ inputData: "${NAME.input}", outputData: "${NAME.output}", category: "${NAME.category}", detail: "${detail}" })\n${placed};\n`,
  );
  return `import { Workflow } from "dkist-processing-core";\nimport { ${names.join(", ")} } from "../tasks.js";\n${workflows.join("")}`;
}
