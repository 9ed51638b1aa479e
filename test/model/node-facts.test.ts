import { expect, it } from "@jest/globals";
import { nodeFacts } from "../../src/model/node-facts.js";
import { nodeModel } from "../helpers/workflow-models.js";

it.each([
  [{}, ["default · 0 retries · no timeout"]],
  [{ retries: 1, executionTimeoutSeconds: 3600 }, ["default · 1 retry · timeout 1 h"]],
  [{ resourceQueue: "gpu", retries: 2, triggerRule: "all_done" }, ["gpu · 2 retries · no timeout", "all_done"]],
  [{ pool: "disk" }, ["default · 0 retries · no timeout", "pool disk"]],
  [{ triggerRule: "one_failed", pool: "disk" }, ["default · 0 retries · no timeout", "one_failed · pool disk"]],
] as const)("%j: %j", (options, facts) => {
  expect(nodeFacts(nodeModel("Dark", options))).toEqual(facts);
});
