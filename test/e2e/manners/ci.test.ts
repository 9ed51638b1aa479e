import { afterEach, describe, expect, it } from "@jest/globals";
import { readFileSync, realpathSync } from "node:fs";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";

let repo: ClientRepo;
afterEach(() => repo.remove());

const GOOD = chainModule("flow", ["A"]);
const BROKEN = `import { TaskBase, Workflow } from "dkist-processing-core";
export class A extends TaskBase { run() {} }
export const flow = new Workflow({ workflowName: "flow" }).addNode(A, { upstreams: A });
`;
const PACKAGE = JSON.stringify({ name: "client", type: "module" });

describe("GitHub", () => {
  const inPackages = { "packages/vbi/package.json": PACKAGE, "packages/vbi/dist/workflows/a.js": BROKEN };

  it("is told findings in its own words, with paths in its checkout; the document stays as it is", async () => {
    repo = clientRepo(inPackages);
    const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: realpathSync(repo.root) };
    const { stderr, document } = await dkistCoreJson(["list", "--cwd", "packages/vbi"], { cwd: repo.root, env });
    expect(stderr).toContain(
      "1 error in 1 workflow\n" +
        "::error file=packages/vbi/dist/workflows/a.js,line=3,col=60,title=SELF_UPSTREAM::flow A: A is its own upstream" +
        "%0Ahint: remove it from its upstreams\n",
    );
    expect(document.diagnostics).toHaveLength(1);
  });

  it("is told why a command could not run", async () => {
    repo = clientRepo({ "dist/workflows/a.js": GOOD });
    const { stderr } = await dkistCore(["list", "--cwd", "nowhere"], {
      cwd: repo.root,
      env: { GITHUB_ACTIONS: "true" },
    });
    expect(stderr).toMatch(/^::error title=BAD_USAGE::there is no folder nowhere%0Ahint: check --cwd$/m);
  });

  it("is told nothing elsewhere", async () => {
    repo = clientRepo(inPackages);
    expect((await dkistCore(["list", "--cwd", "packages/vbi"], { cwd: repo.root })).stderr).not.toContain("::");
  });
});

describe("GitLab", () => {
  it("gets a code quality report, empty where all is right", async () => {
    repo = clientRepo({
      "vbi/package.json": PACKAGE,
      "vbi/dist/workflows/a.js": BROKEN,
      "dist/workflows/a.js": GOOD,
    });
    const report = async (...parameters: string[]): Promise<unknown> => {
      const file = ["--codequality", "reports/quality.json"];
      const env = { CI_PROJECT_DIR: realpathSync(repo.root) };
      await dkistCore(["test-workflows", "--airflow", "none", ...file, ...parameters], { cwd: repo.root, env });
      return JSON.parse(readFileSync(repo.file("reports/quality.json"), "utf8"));
    };
    expect(await report("--cwd", "vbi")).toMatchObject([
      { check_name: "SELF_UPSTREAM", location: { path: "vbi/dist/workflows/a.js", lines: { begin: 3 } } },
    ]);
    expect(await report()).toEqual([]);
  });
});

describe("--quiet", () => {
  it.each([
    ["test-workflows", "--airflow", "none"],
    ["export-dags"],
    ["build", "--airflow", "none"],
    ["run", "flow", "--recipe-run-id", "1"],
  ])("%s says nothing when all is well", async (...parameters) => {
    repo = clientRepo({ "dist/workflows/a.js": GOOD });
    expect(await dkistCore([...parameters, "--quiet"], { cwd: repo.root })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });

  it.each([["list"], ["graph"], ["explain"]])("%s shows what it was asked for, and no word more", async (command) => {
    repo = clientRepo({ "dist/workflows/a.js": GOOD });
    const { stdout, stderr } = await dkistCore([command, "--quiet"], { cwd: repo.root });
    expect([stdout === "", stderr]).toEqual([false, ""]);
  });

  it.each([["test-workflows"], ["export-dags"], ["build"]])("%s says what is wrong, and how much", async (command) => {
    repo = clientRepo({ "dist/workflows/a.js": BROKEN });
    const { exitCode, stdout, stderr } = await dkistCore([command, "--quiet"], { cwd: repo.root });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^dist\S+ error SELF_UPSTREAM [^\n]*\n {2}hint: [^\n]*\n1 error in 1 workflow\n$/);
  });

  it("a run says which task failed", async () => {
    repo = clientRepo({
      "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";
        export class A extends TaskBase { run() { throw new Error("no frames"); } }
        export const flow = new Workflow({ workflowName: "flow" }).addNode(A);`,
    });
    const { exitCode, stdout } = await dkistCore(["run", "flow", "--recipe-run-id", "1", "--quiet"], {
      cwd: repo.root,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("no frames");
  });
});

describe("--verbose", () => {
  it.each([
    ["list", [], 0],
    ["list", ["--verbose"], 1],
  ])("%s %p shows what an error came from %d times", async (command, parameters, times) => {
    repo = clientRepo({ "dkist-core.config.mjs": 'throw new Error("no vault");' });
    const { stderr, exitCode } = await dkistCore([command, ...parameters], { cwd: repo.root });
    expect(exitCode).toBe(2);
    expect(stderr.match(/^ {2}caused by:\n {4}Error: no vault\n {8}at .*dkist-core\.config\.mjs/gm) ?? []).toHaveLength(
      times,
    );
  });
});
