// Case: `test-workflows` without an Airflow against the original's validate_workflows.
//
// Theirs checks that each DAG file compiles as Python and has a node (and, by building Airflow objects while the workflows
// are defined, ids). Ours checks 13 rules on names, versions and graphs, finds every Task's module again, bundles each
// Task, starts each bundle alone in an empty folder, and compiles each DAG file with Python. Again, it bundles and starts what
// changed since, which here is nothing.
import { rmSync } from "node:fs";
import path from "node:path";
import { CLI, freshFolder } from "../folders.js";
import { VERSION } from "../synthetic/graph.js";
import { writePythonPackage } from "../synthetic/python-package.js";
import { writeTypeScriptRepo } from "../synthetic/typescript-repo.js";
import { compare } from "../timing/compare.js";

const MAIN = path.join(import.meta.dirname, "../original/main.py");

export async function testWorkflowsCase({ meter, original, rounds }, workflows, perModule) {
  const cwd = writePythonPackage(workflows, perModule);
  const repo = writeTypeScriptRepo(workflows, perModule);
  const again = {
    name: "ours, again",
    command: {
      argv: [process.execPath, CLI, "test-workflows", "--airflow", "none", "--version", VERSION],
      cwd: repo,
    },
    check: (output) => expectText(output, "20 of 20 start alone", `${workflows} DAG files compile`),
  };
  const ours = {
    ...again,
    name: "ours, from nothing",
    prepare: () => rmSync(path.join(repo, ".dkist-core"), { recursive: true, force: true }),
  };
  const theirs = {
    name: "original",
    get command() {
      return {
        argv: [original.python, MAIN, "validate", freshFolder(`validated-${workflows}`)],
        cwd,
        env: { ...original.environment, PYTHONPATH: cwd },
      };
    },
  };
  const sides = await compare(meter, [ours, again, theirs], { rounds, memory: true });
  return {
    workflows,
    modules: Math.ceil(workflows / perModule),
    ours: sides[0],
    again: sides[1],
    original: sides[2],
  };
}

function expectText(output, ...texts) {
  const missing = texts.find((text) => !output.includes(text));
  if (missing !== undefined) throw new Error(`test-workflows did not say "${missing}":\n${output.slice(-2000)}`);
}
