import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Workflow } from "dkist-processing-core";

interface OriginalWorkflow {
  readonly module: string;
  readonly workflowName: string;
  readonly tags: readonly string[];
  readonly nodes: readonly { readonly upstreams: readonly string[] }[];
}

/** The workflows of the Python package dkist-processing-test 1.34.4. */
const originals = JSON.parse(readFileSync("test/original-workflows.json", "utf8")) as readonly OriginalWorkflow[];

const modules = [...new Set(originals.map(({ module }) => module))];

test("there are 27 workflows", () => assert.equal(originals.length, 27));

for (const module of modules) {
  test(`the workflows of ${module} are those of the Python original`, async () => {
    const exported = (await import(`../src/workflows/${module.replaceAll("_", "-")}.js`)) as object;
    const ours = Object.values(exported)
      .filter((value) => value instanceof Workflow)
      .map((workflow) => describe(module, workflow));
    const theirs = originals.filter((original) => original.module === module).map(withoutRepetition);
    assert.deepEqual(byName(ours), byName(theirs));
  });
}

function describe(module: string, workflow: Workflow): OriginalWorkflow {
  const nodes = workflow.nodes.map(({ taskName, upstreams, resourceQueue, retries, retryDelaySeconds }) => ({
    task: taskName,
    upstreams,
    resourceQueue,
    retries,
    retryDelaySeconds,
  }));
  return { module, workflowName: workflow.workflowName, tags: workflow.tags, nodes };
}

/** An upstream that is named twice counts once. */
function withoutRepetition(original: OriginalWorkflow): OriginalWorkflow {
  return {
    ...original,
    nodes: original.nodes.map((node) => ({ ...node, upstreams: [...new Set(node.upstreams)] })),
  };
}

function byName(workflows: readonly OriginalWorkflow[]): OriginalWorkflow[] {
  return workflows.toSorted((a, b) => (a.workflowName < b.workflowName ? -1 : 1));
}
