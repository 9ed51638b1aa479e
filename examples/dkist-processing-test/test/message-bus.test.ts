import assert from "node:assert/strict";
import { test } from "node:test";
import { runTask } from "dkist-processing-core/testing";
import { archiveFolders, datasetFolder } from "../src/recipe-run/archive.js";
import { busSettings } from "../src/recipe-run/message-bus.js";
import { PublishCatalogAndQualityMessages } from "../src/tasks/publish-catalog-and-quality-messages.js";
import { useTemporaryScratch } from "./helpers/folders.js";

useTemporaryScratch();

const nobodyListens = JSON.stringify({ "interservice-bus": { mesh_address: "127.0.0.1", mesh_port: 1 } });

test("without MESH_CONFIG there is no bus", () => {
  assert.equal(busSettings({}), undefined);
  assert.equal(busSettings({ MESH_CONFIG: "" }), undefined);
  assert.equal(busSettings({ MESH_CONFIG: '{"other-service":{}}' }), undefined);
});

test("the bus is where MESH_CONFIG says, with defaults for the rest", () => {
  assert.deepEqual(busSettings({ MESH_CONFIG: nobodyListens }), {
    hostname: "127.0.0.1",
    port: 1,
    username: "guest",
    password: "guest",
    exchange: "master.direct.x",
    queueType: "classic",
  });
  const quorum = busSettings({ MESH_CONFIG: nobodyListens, ISB_QUEUE_TYPE: "quorum", ISB_EXCHANGE: "x" });
  assert.deepEqual([quorum?.queueType, quorum?.exchange], ["quorum", "x"]);
});

test("a bus that can't be reached fails the task", async () => {
  await archiveFolders(["assets"], datasetFolder(7));
  process.env.MESH_CONFIG = nobodyListens;
  const { outcome, error, exitCode } = await runTask(PublishCatalogAndQualityMessages, { recipeRunId: 7 });
  assert.equal(outcome, "failed");
  assert.match(String(error), /ECONNREFUSED/);
  assert.equal(exitCode, 75, "which tells Airflow's operators that running it again may help");
});
