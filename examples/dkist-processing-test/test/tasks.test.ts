import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TaskClass, TaskContext } from "dkist-processing-core";
import { runTask } from "dkist-processing-core/testing";
import { AssembleTestMovie } from "../src/tasks/assemble-test-movie.js";
import { ExerciseNumba } from "../src/tasks/exercise-numba.js";
import { FailTask } from "../src/tasks/fail-task.js";
import { GenerateCalibratedData } from "../src/tasks/generate-calibrated-data.js";
import { HighMemoryTask } from "../src/tasks/high-memory-task.js";
import { ManualWithoutProvenance, ManualWithProvenance } from "../src/tasks/manual.js";
import { NoOpTask, NoOpTask2 } from "../src/tasks/no-op-task.js";
import { ParseL0TestInputData } from "../src/tasks/parse-l0-test-input-data.js";
import { PublishCatalogAndQualityMessages } from "../src/tasks/publish-catalog-and-quality-messages.js";
import { Teardown } from "../src/tasks/teardown.js";
import { TransferL0Data } from "../src/tasks/transfer-l0-data.js";
import { TransferL1Data } from "../src/tasks/transfer-l1-data.js";
import { WriteL1Data } from "../src/tasks/write-l1-data.js";
import { useTemporaryScratch } from "./helpers/folders.js";

const scratchRoot = useTemporaryScratch();

test("NoOpTask and NoOpTask2 do nothing", async () => {
  await succeeds(NoOpTask);
  await succeeds(NoOpTask2);
});

test("FailTask says that it will fail, and fails", async () => {
  const { outcome, error, log } = await runTask(FailTask, { recipeRunId: 7, tryNumber: 2 });
  assert.equal(outcome, "failed");
  assert.equal(String(error), "Error: recipe run 7 failed on purpose");
  assert.deepEqual(log, [{ level: "info", message: "about to fail on purpose", fields: { tryNumber: 2 } }]);
});

test("HighMemoryTask fills as much memory as it is told", async () => {
  await succeeds(HighMemoryTask, { conf: { megabytes: 8 } });
  await fails(HighMemoryTask, { conf: { megabytes: "8" } }, /TypeError/);
});

test("ExerciseNumba sorts, and stops when it is told to", async () => {
  await succeeds(ExerciseNumba, { conf: { size: 1000 } });
  await fails(ExerciseNumba, { conf: { size: 100_000 }, signal: AbortSignal.timeout(20) }, /TimeoutError/);
});

test("only ManualWithProvenance is on the record", async () => {
  await succeeds(ManualWithProvenance);
  await succeeds(ManualWithoutProvenance);
  assert.ok(existsSync(join(scratchRoot, "1/provenance/ManualWithProvenance.json")));
  assert.ok(!existsSync(join(scratchRoot, "1/provenance/ManualWithoutProvenance.json")));
});

test("a task that runs alone says what is missing", async () => {
  const empty = { recipeRunId: 99 };
  await fails(ParseL0TestInputData, empty, /input\/\*\.fits is missing: run TransferL0Data/);
  await fails(GenerateCalibratedData, empty, /run ParseL0TestInputData for this recipe run first/);
  await fails(WriteL1Data, empty, /run GenerateCalibratedData/);
  await fails(TransferL1Data, empty, /run WriteL1Data/);
});

test("a task with nothing to do is skipped", async () => {
  for (const Task of [AssembleTestMovie, PublishCatalogAndQualityMessages]) {
    assert.equal((await runTask(Task, { recipeRunId: 99 })).outcome, "skipped");
  }
});

test("a file that is no raw frame is named", async () => {
  mkdirSync(join(scratchRoot, "98/input"), { recursive: true });
  writeFileSync(join(scratchRoot, "98/input/notes.fits"), "not FITS");
  await fails(ParseL0TestInputData, { recipeRunId: 98 }, /input\/notes\.fits can't be read as FITS/);
});

test("a conf that asks for nonsense is refused", async () => {
  await fails(TransferL0Data, { conf: { frames: { dark: -1 } } }, /dark/);
  await fails(TransferL0Data, { conf: { seed: "x" } }, /seed/);
});

test("Teardown removes scratch", async () => {
  await succeeds(TransferL0Data, { recipeRunId: 97 });
  await succeeds(Teardown, { recipeRunId: 97 });
  assert.ok(!existsSync(join(scratchRoot, "97")));
});

async function succeeds(Task: TaskClass, context?: Partial<TaskContext>): Promise<void> {
  const { outcome, error } = await runTask(Task, context);
  assert.equal(outcome, "success", String(error));
}

async function fails(Task: TaskClass, context: Partial<TaskContext>, why: RegExp): Promise<void> {
  const { outcome, error } = await runTask(Task, context);
  assert.equal(outcome, "failed");
  assert.match(String(error), why);
}
