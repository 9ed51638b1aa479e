/** A machine without any Python: everything but the checks that need one. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readdirSync } from "node:fs";
import { dkistCore } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";

let repo: ClientRepo;
/** No program at all, as a task's bundle needs none either. */
let env: { PATH: string };

beforeAll(async () => {
  repo = clientRepo({ "dist/workflows/flow.js": chainModule("flow", ["Dark", "Gain"]) });
  env = { PATH: await tempFolder() };
});
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

it("checks what it can, and says what it cannot", async () => {
  const { exitCode, stdout, stderr } = await dkistCore(["test-workflows"], { cwd: repo.root, env });
  expect([exitCode, stdout]).toEqual([0, "1 workflow, 2 tasks: right\n"]);
  expect(stderr).toContain("not checked: python (no python3 on PATH)\nnot checked: airflow (no python3");
});

it("writes the DAG files", async () => {
  const { exitCode } = await dkistCore(["export-dags", "--version", "1.0.0"], { cwd: repo.root, env });
  expect([exitCode, readdirSync(repo.file("dags"))]).toEqual([0, ["flow_1_0_0.py"]]);
});

it("builds a release, and runs its workflow", async () => {
  const built = await dkistCore(["build", "--version", "1.0.0"], { cwd: repo.root, env });
  expect(built.exitCode).toBe(0);
  const zip = "artifacts/client_1.0.0_code.zip";
  const { exitCode, stdout } = await dkistCore(["run", "flow", "--recipe-run-id", "7", "--artifact", zip], {
    cwd: repo.root,
    env,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^flow_1\.0\.0: success; 2 success in /m);
});
