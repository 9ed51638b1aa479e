import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ExportResult, ListResult, ReleaseResult, ValidationResult } from "../../../src/build.js";
import { BIN, dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";

const WORKFLOWS = `
import { TaskBase, Workflow, ResourceQueue } from "dkist-processing-core";
export class Transfer extends TaskBase { static retries = 2; static retryDelaySeconds = 5; async run() {} }
export class Dark extends TaskBase { static executionTimeoutSeconds = 90; async run() {} }
export const l0 = new Workflow({ inputData: "l0", outputData: "l1", category: "vbi", detail: "quick", tags: ["speckle"] })
  .addNode(Dark, { upstreams: [Transfer, Transfer], resourceQueue: ResourceQueue.HIGH_MEMORY, pool: "disk", priorityWeight: 7, triggerRule: "all_done" })
  .addNode(Transfer);
`;

/** A Python without Airflow, at a place of its own. */
const PYTHON = '#!/bin/sh\nexec python3 "$@"\n';

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({ "dist/workflows/vbi.js": WORKFLOWS });
});
afterAll(() => repo.remove());

describe("list", () => {
  it("gives every workflow with its nodes as one JSON document", async () => {
    const { exitCode, document } = await dkistCoreJson<ListResult>(["list", "--version", "1.4.0"], { cwd: repo.root });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ schemaVersion: 1, command: "list", ok: true, diagnostics: [] });
    expect(document.result.workflows).toEqual([
      expect.objectContaining({
        workflowName: "l0_to_l1_vbi_quick",
        dagId: "l0_to_l1_vbi_quick_1.4.0",
        tags: ["l0", "l1", "speckle", "vbi"],
        file: "dist/workflows/vbi.js",
        nodes: [
          expect.objectContaining({
            taskName: "Dark",
            upstreams: ["Transfer"],
            resourceQueue: "high_memory",
            retries: 0,
            retryDelaySeconds: 60,
            executionTimeoutSeconds: 90,
            pool: "disk",
            priorityWeight: 7,
            triggerRule: "all_done",
          }),
          expect.objectContaining({ taskName: "Transfer", upstreams: [], resourceQueue: "default", retries: 2 }),
        ],
      }),
    ]);
  });

  it("shows people the workflow, its module and the order", async () => {
    const { stdout, exitCode } = await dkistCore(["list"], { cwd: repo.root });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("l0_to_l1_vbi_quick_dev  (dist/workflows/vbi.js)");
    expect(stdout).toMatch(/Dark +high_memory +after Transfer/);
  });
});

describe("export-dags", () => {
  it("writes the DAG files and nothing else, making parents and keeping what is there", async () => {
    const folder = repo.file("deep/er/dags");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "mine.py"), "# mine\n");
    const { document } = await dkistCoreJson<ExportResult>(
      ["export-dags", "--version", "V1", "--path", "deep/er/dags"],
      {
        cwd: repo.root,
      },
    );
    const content = readFileSync(path.join(folder, "l0_to_l1_vbi_quick_V1.py"));
    expect(document.result.files).toEqual([
      {
        path: "deep/er/dags/l0_to_l1_vbi_quick_V1.py",
        dagId: "l0_to_l1_vbi_quick_V1",
        sha256: createHash("sha256").update(content).digest("hex"),
      },
    ]);
    expect(readdirSync(folder).sort()).toEqual(["l0_to_l1_vbi_quick_V1.py", "mine.py"]);
    expect(readFileSync(path.join(folder, "mine.py"), "utf8")).toBe("# mine\n");
  });

  it.each([
    ["--version wins", ["--version", "V1"], { BUILD_VERSION: "V2" }, "V1"],
    ["BUILD_VERSION is next", [], { BUILD_VERSION: "V2" }, "V2"],
    ["an empty BUILD_VERSION is none", [], { BUILD_VERSION: "" }, "dev"],
    ["dev without any", [], {}, "dev"],
  ])("takes its version from the flag, then the environment: %s", async (_, parameters, env, version) => {
    const { document } = await dkistCoreJson<ExportResult>(["export-dags", "--path", "by-version", ...parameters], {
      cwd: repo.root,
      env,
    });
    expect(document.result.files.map(({ dagId }) => dagId)).toEqual([`l0_to_l1_vbi_quick_${version}`]);
  });

  it("tells them in the workflows' order, and leaves none where a template fails for one of them", async () => {
    const two = clientRepo({
      "dist/workflows/1.js": chainModule("z", ["A", "B"]),
      "dist/workflows/2.js": chainModule("a", ["C"]),
      "dags/mine.py": "# mine\n",
    });
    const exported = (...parameters: string[]) =>
      dkistCoreJson<ExportResult | null>(["export-dags", ...parameters], { cwd: two.root });
    const { document } = await exported("--path", "both");
    expect(document.result?.files.map(({ dagId }) => dagId)).toEqual(["z_dev", "a_dev"]);

    writeFileSync(two.file("dkist-core.config.json"), JSON.stringify({ templates: "templates" }));
    mkdirSync(two.file("templates"));
    writeFileSync(two.file("templates/dag.py.hbs"), "# {{py nodes.[1].taskName}}\n");
    const failed = await exported();
    expect([failed.exitCode, failed.document.result]).toEqual([2, null]);
    expect(failed.document.diagnostics.map(({ code }) => code)).toEqual(["TEMPLATE_FAILED"]);
    expect(readdirSync(two.file("dags"))).toEqual(["mine.py"]);
    expect((await exported("--path", "new/dags")).exitCode).toBe(2);
    expect(existsSync(two.file("new"))).toBe(false);
    two.remove();
  });

  it("replaces no DAG file of another release: version 4 of x_1 would have the file of version 1.4 of x", async () => {
    const other = clientRepo({
      "dist/workflows/a.js": chainModule("x", ["A"]),
      "dist/workflows/later/b.js": chainModule("x_1", ["A"]),
      "dags/x_2.py": "# mine\n",
    });
    const exported = (version: string, workflows: string) => {
      writeFileSync(other.file("dkist-core.config.json"), JSON.stringify({ workflows: [workflows] }));
      return dkistCoreJson<ExportResult | null>(["export-dags", "--version", version], { cwd: other.root });
    };
    const [first, later] = ["dist/workflows/*.js", "dist/workflows/later/*.js"] as const;
    expect((await exported("1.4", first)).exitCode).toBe(0);
    expect((await exported("1.4", first)).exitCode).toBe(0);
    const before = readFileSync(other.file("dags/x_1_4.py"), "utf8");
    const refused = await exported("4", later);
    expect([refused.exitCode, refused.document.result]).toEqual([1, null]);
    expect(refused.document.diagnostics).toMatchObject([
      { code: "DAG_TAKEN", message: "the DAG file x_1_4.py belongs to client_1.4" },
    ]);
    expect((await exported("2", first)).document.diagnostics).toMatchObject([
      { code: "DAG_TAKEN", message: "the DAG file x_2.py was not made by dkist-core" },
    ]);
    expect(readFileSync(other.file("dags/x_1_4.py"), "utf8")).toBe(before);
    expect(readFileSync(other.file("dags/x_2.py"), "utf8")).toBe("# mine\n");
    expect(readdirSync(other.file("dags"))).toEqual(["x_1_4.py", "x_2.py"]);
    other.remove();
  });

  it("leaves the old files as they are when a workflow is wrong", async () => {
    const broken = clientRepo({ "dist/workflows/a.js": chainModule("flow", ["A"]) });
    await dkistCore(["export-dags", "--version", "1"], { cwd: broken.root });
    const before = readFileSync(broken.file("dags/flow_1.py"), "utf8");
    writeFileSync(
      broken.file("dist/workflows/a.js"),
      chainModule("flow", ["A"]).replace("addNode(A)", "addNode(A, { upstreams: A })"),
    );
    const { exitCode } = await dkistCore(["export-dags", "--version", "1"], { cwd: broken.root });
    expect(exitCode).toBe(1);
    expect(readFileSync(broken.file("dags/flow_1.py"), "utf8")).toBe(before);
    expect(readdirSync(broken.file("dags"))).toEqual(["flow_1.py"]);
    broken.remove();
  });
});

describe("test-workflows", () => {
  it("says which levels ran and which could not, and writes JUnit", async () => {
    const { document, exitCode } = await dkistCoreJson<ValidationResult>(
      ["test-workflows", "--airflow", "none", "--junit", "test-results/dkist-core.xml"],
      { cwd: repo.root },
    );
    expect(exitCode).toBe(0);
    expect(document.result.levels).toEqual([
      { level: "rules", ran: true },
      { level: "bundles", ran: true },
      { level: "python", ran: true },
      { level: "airflow", ran: false, reason: "--airflow none" },
    ]);
    const xml = readFileSync(repo.file("test-results/dkist-core.xml"), "utf8");
    expect(xml).toContain('name="l0_to_l1_vbi_quick"');
    expect(xml).not.toContain("<failure");
  });

  it("writes nothing else", () => {
    expect(existsSync(repo.file("artifacts"))).toBe(false);
  });

  it("works without a Python, and says what it could not check", async () => {
    const { document, exitCode } = await dkistCoreJson<ValidationResult>(["test-workflows"], {
      cwd: repo.root,
      env: { PATH: path.dirname(process.execPath) === "/usr/bin" ? "/nowhere" : path.dirname(process.execPath) },
    });
    expect(exitCode).toBe(0);
    expect(document.result.levels).toContainEqual({ level: "python", ran: false, reason: "no python3 on PATH" });
    expect(document.result.levels).toContainEqual({ level: "airflow", ran: false, reason: "no python3 on PATH" });
  });

  it("refuses an Airflow that does not work", async () => {
    const { document, exitCode } = await dkistCoreJson(["test-workflows", "--airflow", "/nowhere/python"], {
      cwd: repo.root,
    });
    expect(exitCode).toBe(2);
    expect(document.diagnostics.map(({ code }) => code)).toEqual(["AIRFLOW_UNUSABLE"]);
  });

  it.each([
    ["the option", ["--airflow", "venv/bin/python"], {}],
    ["the config", [], { "dkist-core.config.json": '{"airflow": {"python": "venv/bin/python"}}' }],
  ] as const)("takes a relative Python of %s from the client repo", async (_, options, config) => {
    const local = clientRepo({ "dist/workflows/vbi.js": WORKFLOWS, "venv/bin/python": PYTHON, ...config });
    chmodSync(local.file("venv/bin/python"), 0o755);
    const { document, exitCode } = await dkistCoreJson(["test-workflows", ...options], { cwd: local.root });
    expect(exitCode).toBe(2);
    expect(document.diagnostics).toMatchObject([
      { code: "AIRFLOW_UNUSABLE", message: expect.stringMatching(/^there is no Airflow in .*\/venv\/bin\/python$/) },
    ]);
    local.remove();
  });
});

describe("build", () => {
  it("makes two zips and, last, the release manifest that says what is in them", async () => {
    const { document, exitCode } = await dkistCoreJson<ReleaseResult>(
      ["build", "--version", "1.4.0", "--airflow", "none"],
      {
        cwd: repo.root,
      },
    );
    expect(exitCode).toBe(0);
    expect(readdirSync(repo.file("artifacts")).sort()).toEqual([
      "client_1.4.0.html",
      "client_1.4.0.json",
      "client_1.4.0_code.zip",
      "client_1.4.0_workflows.zip",
    ]);
    for (const { path: name, sha256, bytes } of document.result.artifacts) {
      const content = readFileSync(repo.file(name));
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      expect(content.byteLength).toBe(bytes);
    }
    expect(document.result.artifacts.map(({ kind }) => kind)).toEqual(["code", "workflows"]);
    const manifest = JSON.parse(readFileSync(repo.file("artifacts/client_1.4.0.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(manifest).toMatchObject({
      formatVersion: 1,
      name: "client",
      version: "1.4.0",
      gitCommit: null,
      lockfileSha256: null,
    });
  });

  it("refuses to replace a released version by other content, except dev, and with --force", async () => {
    const other = clientRepo({ "dist/workflows/a.js": chainModule("flow", ["A"]) });
    const build = (...parameters: string[]) =>
      dkistCoreJson(["build", "--airflow", "none", ...parameters], { cwd: other.root });
    await build("--version", "1");
    await build();
    expect((await build("--version", "1")).exitCode).toBe(0);
    writeFileSync(other.file("dist/workflows/a.js"), chainModule("flow", ["A", "B"]));
    const refused = await build("--version", "1");
    expect(refused.exitCode).toBe(2);
    expect(refused.document.diagnostics.map(({ code }) => code)).toEqual(["RELEASE_EXISTS"]);
    expect((await build()).exitCode).toBe(0);
    expect((await build("--version", "1", "--force")).exitCode).toBe(0);
    other.remove();
  });
});

describe("manners", () => {
  it.each(["", "test-workflows", "export-dags", "build", "list", "graph", "doctor", "completion", "diff"])(
    "explains itself: %s --help",
    async (command) => {
      const { exitCode, stdout, stderr } = await dkistCore([...(command === "" ? [] : [command]), "--help"], {
        cwd: repo.root,
      });
      expect([exitCode, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(command === "" ? /Exit codes:/ : /Examples:/);
    },
  );

  it("shows its own version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await dkistCore(["--version"], { cwd: repo.root })).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  });

  it.each([
    ["an unknown command", ["biuld"], "Did you mean build?"],
    ["an unknown option", ["build", "--verison", "1"], "Did you mean --version?"],
    ["a folder that is not there", ["list", "--cwd", "/nowhere"], "/nowhere"],
  ])("ends with 2 and a hint for %s", async (_, parameters, hint) => {
    const { exitCode, stderr, stdout } = await dkistCore(parameters, { cwd: repo.root });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("ends with 2 and a hint where its working folder was removed", () => {
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@" 2>&1';
    const { status, stdout } = spawnSync("sh", ["-c", script, "sh", process.execPath, BIN, "list"], {
      cwd: repo.root,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([
      2,
      expect.stringMatching(/^error BAD_USAGE {2}the working folder .*\n {2}hint: /),
    ]);
    expect(stdout).not.toMatch(/^\s+at /m);
  });

  it("writes one JSON document for a wrong option too", async () => {
    const { exitCode, document } = await dkistCoreJson(["build", "--nonsense"], { cwd: repo.root });
    expect(exitCode).toBe(2);
    expect(document).toMatchObject({ ok: false, result: null, diagnostics: [{ code: "BAD_USAGE" }] });
  });

  it("says nothing but findings with --quiet", async () => {
    expect((await dkistCore(["export-dags", "--quiet", "--path", "quiet"], { cwd: repo.root })).stderr).toBe("");
  });
});
