import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { removeTemporaryFolders } from "../../helpers/packed-cache.js";
import { compile, fixture, installClient, type Manager } from "../../helpers/packed-client.js";
import {
  packagesIn,
  releaseClient,
  runReleased,
  taskJson,
  type UnpackedRelease,
} from "../../helpers/packed-release.js";

afterAll(removeTemporaryFolders);

// packages/pipeline has the workflows, packages/common is linked into it, dkist-processing-common is installed.
describe.each<Manager>(["npm", "pnpm"])("a workspace installed by %s", (manager) => {
  let release: UnpackedRelease;

  beforeAll(async () => {
    const client = await installClient(fixture("workspace-client"), {
      manager,
      packages: { "dkist-processing-common": fixture("common-tasks") },
      member: "packages/pipeline",
    });
    await compile(client, "packages/common");
    await compile(client, "packages/pipeline");
    release = await releaseClient(client);
  }, 300_000);

  test.each([
    ["a Task of another member", "Describe", "describe.yaml", "task: Describe\nrecipeRunId: 1\n"],
    ["a Task that extends one of another member", "Greet", "greet.txt", "recipe run 1"],
    ["a Task of an installed package", "Transfer", "transfer.txt", "2"],
    ["a Task of an installed package with a native addon", "Fingerprint", "fingerprint.txt", "cbf43926"],
  ])("%s does its work", async (_, task, file, text) => {
    expect(await runReleased(release, task)).toMatchObject({ code: 0 });
    expect(await readFile(join(release.results, file), "utf8")).toBe(text);
  });

  test("each bundle names the packages in it", async () => {
    expect(await packagesIn(release, "Describe")).toEqual(["@observatory/common", "yaml"]);
    expect(await packagesIn(release, "Transfer")).toEqual(["dkist-processing-common", "simple-statistics"]);
    const fingerprint = await packagesIn(release, "Fingerprint");
    expect(fingerprint).toEqual(expect.arrayContaining(["@node-rs/crc32", "dkist-processing-common"]));
    expect(fingerprint).not.toContain("simple-statistics");
  });

  test("only the native addon needs a folder", async () => {
    const tasks = ["Describe", "Fingerprint", "Greet", "Transfer"];
    const isolations = await Promise.all(tasks.map(async (task) => (await taskJson(release, task)).isolation));
    expect(isolations).toEqual(["bundle", "folder", "bundle", "bundle"]);
  });
});
