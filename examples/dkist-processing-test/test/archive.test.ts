import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rollbackTask } from "dkist-processing-core/testing";
import { archivedFiles, archiveFolders, datasetFolder } from "../src/recipe-run/archive.js";
import { TransferL1Data } from "../src/tasks/transfer-l1-data.js";
import { useTemporaryScratch } from "./helpers/folders.js";

useTemporaryScratch();
const dataset = datasetFolder(7);

test("a dataset is read back as it was transferred", async () => {
  const folders = ["assets", "no-such-folder"];
  const files = await archiveFolders(folders, dataset);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["assets/instrument.json"],
  );
  assert.deepEqual(await archivedFiles(dataset), files);
});

test("a dataset that was changed is refused", async () => {
  writeFileSync(join(dataset, "assets/instrument.json"), "{}");
  await assert.rejects(archivedFiles(dataset), /digests differ/);
});

test("a dataset that is not there has no files", async () => {
  assert.deepEqual(await archivedFiles(datasetFolder(99)), []);
});

test("an operator can take a dataset back", async () => {
  assert.equal((await rollbackTask(TransferL1Data, { recipeRunId: 7 })).outcome, "success");
  assert.ok(!existsSync(dataset));
});
