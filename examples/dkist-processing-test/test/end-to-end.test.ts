import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeApng } from "fast-png";
import type { Workflow, WorkflowNode } from "dkist-processing-core";
import { runTask } from "dkist-processing-core/testing";
import { decodeFits } from "../src/formats/fits-image.js";
import { endToEnd } from "../src/workflows/end-to-end.js";
import { trial } from "../src/workflows/trial-end-to-end.js";
import { digests, useTemporaryScratch } from "./helpers/folders.js";

const scratchRoot = useTemporaryScratch();
const archive = join(scratchRoot, "archive");

describe("the end-to-end workflow", () => {
  test("brings raw frames to the archive, and tells the catalog", async () => {
    await runWorkflow(endToEnd, 7);
    const dataset = join(archive, "datasets/7");
    assert.deepEqual(readdirSync(dataset).sort(), ["SHA256SUMS", "l1", "movie"]);

    const frames = readdirSync(join(dataset, "l1"));
    assert.equal(frames.length, 8);
    const { header, history } = decodeFits(readFileSync(join(dataset, "l1", frames[0] ?? "")));
    assert.equal(header.get("LEVEL"), 1);
    assert.equal(header.get("BUNIT"), "adu");
    assert.equal(header.get("DATE-OBS"), "2026-01-01T18:01:36.000");
    assert.equal(header.get("WKFLNAME"), endToEnd.workflowName);
    assert.ok(history.includes("with pure-rand 8.0.0"));

    const movie = decodeApng(readFileSync(join(dataset, "movie/movie.png")));
    assert.deepEqual([movie.numberOfFrames, movie.width, movie.height], [8, 96, 80]);

    const messages = JSON.parse(readFileSync(join(archive, "outbox/7.json"), "utf8")) as { subject: string }[];
    const subjects = messages.map(({ subject }) => subject);
    assert.equal(subjects.filter((subject) => subject === "catalog.frame").length, 8);
    assert.equal(subjects.filter((subject) => subject === "catalog.object").length, 1);
    assert.equal(subjects.at(-1), "create.quality.report");

    const { quality } = JSON.parse(readFileSync(join(archive, "metadata/7.json"), "utf8")) as {
      quality: { warnings: string[]; level1: { signalToNoise: number } };
    };
    assert.deepEqual(quality.warnings, []);
    assert.ok(quality.level1.signalToNoise > 100);
  });

  test("leaves nothing in scratch", () => assert.ok(!existsSync(join(scratchRoot, "7"))));

  test("gives the same bytes when it runs again", async () => {
    const first = digests(archive);
    await runWorkflow(endToEnd, 7);
    assert.deepEqual(digests(archive), first);
  });

  test("gives other frames from another seed", async () => {
    await runWorkflow(endToEnd, 7, { seed: 1 });
    const sums = readFileSync(join(archive, "datasets/7/SHA256SUMS"), "utf8");
    await runWorkflow(endToEnd, 7, { seed: 2 });
    assert.notEqual(readFileSync(join(archive, "datasets/7/SHA256SUMS"), "utf8"), sums);
  });
});

describe("the trial workflow", () => {
  test("brings everything to where it is looked at, and publishes nothing", async () => {
    await runWorkflow(trial, 8, { keepScratch: true });
    const folder = join(archive, "trials/8");
    assert.deepEqual(readdirSync(folder).sort(), ["SHA256SUMS", "l1", "movie", "provenance", "quality", "trial"]);
    assert.deepEqual(readdirSync(join(folder, "trial")).sort(), [
      "ZZZZZI.asdf",
      "inventory.json",
      "quality-report.pdf",
    ]);
    assert.equal(readFileSync(join(folder, "trial/quality-report.pdf"), "latin1").slice(0, 5), "%PDF-");
    assert.ok(!existsSync(join(archive, "outbox/8.json")));
    assert.ok(!existsSync(join(archive, "metadata/8.json")));

    const provenance = readFileSync(join(folder, "provenance/WriteL1Data.json"), "utf8");
    const { libraries, outputs } = JSON.parse(provenance) as { libraries: object; outputs: string[] };
    assert.deepEqual(libraries, { "pure-rand": "8.0.0" });
    assert.equal(outputs.length, 8);
  });

  test("keeps scratch only when asked to", async () => {
    assert.ok(existsSync(join(scratchRoot, "8")));
    await runWorkflow(trial, 8);
    assert.ok(!existsSync(join(scratchRoot, "8")));
  });

  test("gives the same bytes when it runs again", async () => {
    const first = digests(join(archive, "trials"));
    await runWorkflow(trial, 8);
    assert.deepEqual(digests(join(archive, "trials")), first);
  });
});

async function runWorkflow(workflow: Workflow, recipeRunId: number, conf = {}): Promise<void> {
  const context = { recipeRunId, conf, workflowName: workflow.workflowName, libraryVersions: { "pure-rand": "8.0.0" } };
  for (const { task, taskName } of inOrder(workflow.nodes)) {
    const { outcome, error } = await runTask(task, context);
    assert.equal(outcome, "success", `${taskName}: ${String(error)}`);
  }
}

/** So that every node comes after its upstreams. */
function inOrder(nodes: readonly WorkflowNode[]): WorkflowNode[] {
  const done = new Map<string, WorkflowNode>();
  while (done.size < nodes.length) {
    const ready = nodes.filter(
      ({ taskName, upstreams }) => !done.has(taskName) && upstreams.every((name) => done.has(name)),
    );
    assert.ok(ready.length > 0, "the workflow has a cycle");
    for (const node of ready) done.set(node.taskName, node);
  }
  return [...done.values()];
}
