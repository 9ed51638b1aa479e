// Case: `test-workflows` without an Airflow against the original's validate_workflows.
//
// Theirs checks that each DAG file compiles as Python and has a node (and, by building Airflow objects while the workflows
// are defined, ids). Ours checks 13 rules on names, versions and graphs, finds every Task's module again, bundles each
// Task, starts each bundle alone in an empty folder, and compiles each DAG file with Python.
import { rmSync } from "node:fs";
import path from "node:path";
import { CACHE, CLI } from "../folders.js";
import { VERSION } from "../synthetic/graph.js";
import { writePythonPackage } from "../synthetic/python-package.js";
import { writeTypeScriptRepo } from "../synthetic/typescript-repo.js";
import { compare } from "../timing/compare.js";

export async function testWorkflowsCase({ meter, original, rounds }, workflows, perModule) {
  const cwd = writePythonPackage(workflows, perModule);
  const out = path.join(CACHE, "validated");
  const ours = {
    name: "ours",
    command: {
      argv: [process.execPath, CLI, "test-workflows", "--airflow", "none", "--version", VERSION],
      cwd: writeTypeScriptRepo(workflows, perModule),
    },
    check: (output) => expectText(output, "20 of 20 start alone", `${workflows} DAG files compile`),
  };
  const theirs = {
    name: "original",
    command: {
      argv: [original.python, path.join(import.meta.dirname, "../original/main.py"), "validate", out],
      cwd,
      env: { ...original.environment, PYTHONPATH: cwd },
    },
    prepare: () => rmSync(out, { recursive: true, force: true }),
  };
  const [a, b] = await compare(meter, [ours, theirs], { rounds, memory: true });
  return { workflows, modules: Math.ceil(workflows / perModule), ours: a, original: b };
}

function expectText(output, ...texts) {
  const missing = texts.find((text) => !output.includes(text));
  if (missing !== undefined) throw new Error(`test-workflows did not say "${missing}":\n${output.slice(-2000)}`);
}
