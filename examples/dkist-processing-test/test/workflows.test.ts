import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Workflow } from "dkist-processing-core";
import { repoFolder } from "./helpers/run-task.js";
import { nodesOf, tagsOf } from "./helpers/workflow-graph.js";

interface OriginalWorkflow {
  readonly module: string;
  readonly workflowName: string;
  readonly tags: readonly string[];
  readonly nodes: readonly object[];
}

/** The workflows of the Python package dkist-processing-test 1.34.4. */
const originals = JSON.parse(
  readFileSync(`${repoFolder}/test/original-workflows.json`, "utf8"),
) as readonly OriginalWorkflow[];

const modules = [...new Set(originals.map(({ module }) => module))];

test("there are 27 workflows", () => assert.equal(originals.length, 27));

for (const module of modules) {
  test(`the workflows of ${module} are those of the Python original`, async () => {
    const exported = (await import(`../src/workflows/${module.replaceAll("_", "-")}.js`)) as object;
    const ours = Object.values(exported)
      .filter((value) => value instanceof Workflow)
      .map((workflow) => describe(module, workflow));
    const theirs = originals.filter((original) => original.module === module);
    assert.deepEqual(byName(ours), byName(theirs));
  });
}

function describe(module: string, workflow: Workflow): OriginalWorkflow {
  const nodes = nodesOf(workflow).map(({ task, upstreams, resourceQueue }) => ({
    task: task.taskName ?? task.name,
    upstreams: upstreams.map((upstream) => upstream.taskName ?? upstream.name),
    resourceQueue,
    retries: task.retries,
    retryDelaySeconds: task.retryDelaySeconds,
  }));
  return { module, workflowName: workflow.workflowName, tags: tagsOf(workflow), nodes };
}

function byName(workflows: readonly OriginalWorkflow[]): OriginalWorkflow[] {
  return workflows.toSorted((a, b) => (a.workflowName < b.workflowName ? -1 : 1));
}
