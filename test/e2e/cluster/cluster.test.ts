import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startCluster, type Cluster } from "./stack.js";
let cluster: Cluster;
beforeAll(async () => {
  const t = performance.now();
  cluster = await startCluster({});
  console.error("up", (performance.now() - t) / 1000);
}, 400_000);
afterAll(async () => {
  const t = performance.now();
  await cluster.stop();
  console.error("down", (performance.now() - t) / 1000);
}, 100_000);
it("is up", async () => {
  expect(await cluster.airflow.isHealthy()).toBe(true);
  expect(await cluster.airflow.dagIds()).toEqual([]);
  expect(cluster.workers.default.codeMount).toContain("code");
});
