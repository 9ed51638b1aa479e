import { afterAll, beforeAll, expect, test } from "@jest/globals";

import { removeTemporaryFolders } from "../../helpers/packed-cache.js";
import { compile, fixture, installClient, type InstalledClient } from "../../helpers/packed-client.js";
import { packagesIn, releaseClient, runReleased } from "../../helpers/packed-release.js";
import { mustRun, run } from "../../helpers/packed-run.js";

let client: InstalledClient;

beforeAll(async () => {
  client = await installClient(fixture("commonjs-client"), { manager: "npm" });
  await compile(client);
}, 300_000);
afterAll(removeTemporaryFolders);

// The first resolves by node10 and made what the other tests use.
test.each(["tsconfig.node16.json", "tsconfig.bundler.json"])("types are found under %s", async (project) => {
  await compile(client, project);
});

test("Jest as it comes, without a flag, tests a Task", async () => {
  const { code, stderr } = await run("npm", ["test"], { cwd: client.root });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("4 passed, 4 total") });
});

test("require() gets the CommonJS copy, and both copies are known as the library's", async () => {
  const program = `
    const here = require("dkist-processing-core");
    import("dkist-processing-core").then((there) => {
      const brand = Symbol.for("dkist-processing-core.task");
      console.log(here.TaskBase !== there.TaskBase, brand in here.TaskBase, brand in there.TaskBase);
    });`;
  expect(await mustRun(process.execPath, ["-e", program], { cwd: client.root })).toBe("true true true\n");
});

test("the commands work, and the released Task does", async () => {
  const tested = await client.cli(["test-workflows", "--airflow", "none"]);
  expect(tested).toMatchObject({ code: 0, stdout: expect.stringContaining("1 workflow, 1 task: right") });

  const release = await releaseClient(client);
  expect(await packagesIn(release, "CountFrames")).toEqual([]);
  const skipped = await runReleased(release, "CountFrames");
  expect(skipped).toMatchObject({ code: 99, stdout: expect.stringContaining("no frames in this recipe run") });
  const done = await runReleased(release, "CountFrames", {
    run: { env: { DKIST_DAG_RUN_CONF: '{"frames":[1,2,3]}' } },
  });
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("counted 3 frames of recipe run 1") });
});

test("a finding names the author's TypeScript line", async () => {
  const broken = await client.cli(["list", "--version", "not a version", "--json"]);
  expect(broken.code).toBe(1);
  const { diagnostics } = JSON.parse(broken.stdout) as { diagnostics: { code: string }[] };
  expect(diagnostics.map(({ code }) => code)).toContain("BAD_VERSION");
});
