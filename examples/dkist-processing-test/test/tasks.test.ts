import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
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
import { runTask } from "./helpers/run-task.js";

const scratchRoot = useTemporaryScratch();

test("NoOpTask and NoOpTask2 do nothing", async () => {
  assert.equal(await runTask(NoOpTask), "success");
  assert.equal(await runTask(NoOpTask2), "success");
});

test("FailTask fails", async () => {
  await assert.rejects(runTask(FailTask), { message: "recipe run 7 failed on purpose" });
});

test("HighMemoryTask fills as much memory as it is told", async () => {
  assert.equal(await runTask(HighMemoryTask, { conf: { megabytes: 8 } }), "success");
  await assert.rejects(runTask(HighMemoryTask, { conf: { megabytes: "8" } }), TypeError);
});

test("ExerciseNumba sorts, and stops when it is told to", async () => {
  assert.equal(await runTask(ExerciseNumba, { conf: { size: 1000 } }), "success");
  await assert.rejects(runTask(ExerciseNumba, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("only ManualWithProvenance is on the record", async () => {
  await runTask(ManualWithProvenance);
  await runTask(ManualWithoutProvenance);
  assert.ok(existsSync(join(scratchRoot, "7/provenance/ManualWithProvenance.json")));
  assert.ok(!existsSync(join(scratchRoot, "7/provenance/ManualWithoutProvenance.json")));
});

test("a task that runs alone says what is missing", async () => {
  const empty = { recipeRunId: 99 };
  await assert.rejects(runTask(ParseL0TestInputData, empty), /input\/\*\.fits is missing: run TransferL0Data/);
  await assert.rejects(runTask(GenerateCalibratedData, empty), /run ParseL0TestInputData for this recipe run first/);
  await assert.rejects(runTask(WriteL1Data, empty), /run GenerateCalibratedData/);
  await assert.rejects(runTask(TransferL1Data, empty), /run WriteL1Data/);
});

test("a task with nothing to do is skipped", async () => {
  assert.equal(await runTask(AssembleTestMovie, { recipeRunId: 99 }), "skipped");
  assert.equal(await runTask(PublishCatalogAndQualityMessages, { recipeRunId: 99 }), "skipped");
});

test("a file that is no raw frame is named", async () => {
  mkdirSync(join(scratchRoot, "98/input"), { recursive: true });
  writeFileSync(join(scratchRoot, "98/input/notes.fits"), "not FITS");
  await assert.rejects(runTask(ParseL0TestInputData, { recipeRunId: 98 }), /input\/notes\.fits can't be read as FITS/);
});

test("a conf that asks for nonsense is refused", async () => {
  await assert.rejects(runTask(TransferL0Data, { conf: { frames: { dark: -1 } } }), /dark/);
  await assert.rejects(runTask(TransferL0Data, { conf: { seed: "x" } }), /seed/);
});

test("Teardown removes scratch", async () => {
  await runTask(TransferL0Data, { recipeRunId: 97 });
  await runTask(Teardown, { recipeRunId: 97 });
  assert.ok(!existsSync(join(scratchRoot, "97")));
});
