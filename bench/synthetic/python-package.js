// The same workflows as a package for the Python original.
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CACHE, ensured } from "../folders.js";
import { modules, NAME, nodes, VERSION } from "./graph.js";

/** Writes the package `bench_client` and returns the folder that it lies in. */
export function writePythonPackage(workflows, perModule) {
  const folder = path.join(CACHE, `python-${workflows}-${perModule}`);
  rmSync(folder, { recursive: true, force: true });
  const workflowsFolder = ensured(path.join(folder, "bench_client/workflows"));
  writeFileSync(path.join(folder, "bench_client/__init__.py"), "");
  writeFileSync(path.join(workflowsFolder, "__init__.py"), "");
  writeFileSync(path.join(folder, "bench_client/tasks.py"), tasks());
  for (const { module, details } of modules(workflows, perModule)) {
    writeFileSync(path.join(workflowsFolder, `${module}.py`), workflowModule(details));
  }
  return folder;
}

function tasks() {
  const classes = nodes().map(({ task }) => `class ${task}(TaskBase):\n    def run(self) -> None:\n        pass\n`);
  return `from dkist_processing_core import TaskBase\n\n\n${classes.join("\n\n")}`;
}

function workflowModule(details) {
  const names = nodes().map(({ task }) => task);
  const workflows = details.map((detail) => {
    const placed = nodes().map(
      ({ task, upstreams }) =>
        `${detail}.add_node(task=${task}, upstreams=${upstreams.length === 0 ? "None" : `[${upstreams.join(", ")}]`})\n`,
    );
    return `${detail} = Workflow(input_data="${NAME.input}", output_data="${NAME.output}", category="${NAME.category}", detail="${detail}", workflow_package=__package__, workflow_version="${VERSION}")\n${placed.join("")}`;
  });
  return `from dkist_processing_core import Workflow\nfrom bench_client.tasks import ${names.join(", ")}\n\n${workflows.join("\n")}`;
}
