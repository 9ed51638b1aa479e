/** A client repo, a code mount and a DAGs folder whose paths are made of what breaks scripts. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ExportResult, ReleaseResult, ValidationResult } from "../../../src/build.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";

const HOSTILE_NAME = `it's "q"  $(touch pwned) \`id\` {{ 7*7 }} {% x %} #&;%20*?[a]é\u{1f52d}\u202e\n.sh`;
const MODULE = `it's "q" $(id) *é.js`;

const SMALL = {
  "dist/workflows/w.js": `import { TaskBase, Workflow } from "dkist-processing-core";
    export class A extends TaskBase { run() {} }
    export const w = new Workflow({ workflowName: "w" }).addNode(A);`,
};

let parent: string;
let repo: ClientRepo;
beforeAll(() => {
  parent = mkdtempSync(path.join(tmpdir(), "hostile-"));
  repo = clientRepo(
    {
      "dkist-core.config.json": JSON.stringify({ assets: ["data/**"] }),
      [`dist/tasks ${MODULE}`]: `import { readFileSync } from "node:fs";
        import { TaskBase } from "dkist-processing-core";
        export class A extends TaskBase {
          run() { this.log.info("asset", { text: readFileSync(this.assetPath("data/a \u00e9 '$(id)'.txt"), "utf8") }); }
        }`,
      [`dist/workflows/${MODULE}`]: `import { Workflow } from "dkist-processing-core";
        import { A } from ${JSON.stringify(`../tasks ${MODULE}`)};
        export const w = new Workflow({ workflowName: "w" }).addNode(A);`,
      "data/a \u00e9 '$(id)'.txt": "seen",
    },
    path.join(parent, HOSTILE_NAME),
  );
});
afterAll(() => {
  // Nothing ran that a path has in it.
  const found = execFileSync("find", [parent, "-name", "*pwned", "-not", "-name", "it's*"], { encoding: "utf8" });
  rmSync(parent, { recursive: true, force: true });
  expect(found).toBe("");
});

/** Nothing but lines and what can be seen. */
// eslint-disable-next-line no-control-regex -- a path must not reach the terminal as a control sequence
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("a client repo with a hostile path", () => {
  it("is checked, and its modules are named as they are", async () => {
    const { document, exitCode, stderr } = await dkistCoreJson<ValidationResult>(
      ["test-workflows", "--airflow", "none"],
      { cwd: repo.root },
    );
    expect([exitCode, document.diagnostics]).toEqual([0, []]);
    expect(document.result.workflows).toMatchObject([{ workflowName: "w", file: `dist/workflows/${MODULE}` }]);
    expect(stderr).not.toMatch(STEERS);
  });

  it("is named in the next command as a shell takes it, from where the user is", async () => {
    const { root } = clientRepo(SMALL, path.join(parent, "it's mine"));
    const where = ["--cwd", path.relative(parent, root)];
    const tested = await dkistCore(["test-workflows", "--airflow", "none", ...where], { cwd: parent });
    expect(tested.stderr).toContain(String.raw`next: dkist-core build --cwd 'it'\''s mine/${path.basename(root)}'`);
    const built = await dkistCore(["build", "--airflow", "none", "--out", "out dir", ...where], { cwd: parent });
    const [, word = ""] = /next: dkist-core deploy (.+) --code-mount/.exec(built.stderr) ?? [];
    expect(execFileSync("bash", ["-c", `cat ${word}`], { cwd: parent, encoding: "utf8" })).toContain(
      '"version": "dev"',
    );
  });

  it("is exported, built, verified, deployed and run", async () => {
    const [mount, dags] = [path.join(parent, HOSTILE_NAME, "code\n mount"), path.join(parent, HOSTILE_NAME, "d'a\"gs")];
    for (const folder of [mount, dags]) mkdirSync(folder, { recursive: true });
    const run = (...parameters: string[]) => dkistCoreJson(parameters, { cwd: repo.root });

    const exported = await dkistCoreJson<ExportResult>(["export-dags", "--path", `out ${MODULE}`], { cwd: repo.root });
    expect(exported.document.result.files.map((file) => file.path)).toEqual([`out ${MODULE}/w_dev.py`]);
    expect(existsSync(repo.file(`out ${MODULE}/w_dev.py`))).toBe(true);

    const built = await dkistCoreJson<ReleaseResult>(
      ["build", "--version", "1.0", "--airflow", "none", "--out", `made ${MODULE}`],
      { cwd: repo.root },
    );
    expect([built.exitCode, built.document.diagnostics.map(({ code }) => code)]).toEqual([0, ["NO_COMMIT"]]);
    const { manifest } = built.document.result;
    expect(manifest).toBe(`made ${MODULE}/client_1.0.json`);
    expect(await run("verify", manifest)).toMatchObject({ exitCode: 0 });
    const deploy = ["deploy", manifest, "--code-mount", mount, "--dags", dags];
    expect(await run(...deploy)).toMatchObject({ exitCode: 0 });
    expect(readdirSync(dags)).toContain("w_1_0.py");

    // As a worker does, with the zip as it is unpacked by deploy.
    const program = path.join(mount, "client_1.0", "tasks", "A", "run.js");
    const task = ["--recipe-run-id", "7", "--workflow-name", "w", "--workflow-version", "1.0"];
    const printed = execFileSync(process.execPath, [program, ...task], { cwd: "/", encoding: "utf8" });
    expect(printed).toContain("asset text=seen");
    expect(printed.trimEnd()).not.toMatch(STEERS);
  });

  it("is run on this machine, and shown to people, without steering their terminal", async () => {
    for (const parameters of [
      ["list"],
      ["run", "w", "--recipe-run-id", "7"],
      ["graph", "--format", "svg"],
      ["list", "--json"],
    ]) {
      const { exitCode, stdout, stderr } = await dkistCore(parameters, { cwd: repo.root });
      expect([parameters, exitCode]).toEqual([parameters, 0]);
      expect(stdout + stderr).not.toMatch(STEERS);
    }
    const wrong = await dkistCore(["list", "--cwd", "no\u001b[2J\u009b1m folder"], { cwd: repo.root });
    expect([wrong.exitCode, STEERS.test(wrong.stderr)]).toEqual([2, false]);
    const unknown = await dkistCore(["list", "--no\u001b[2J"], { cwd: repo.root });
    expect([unknown.exitCode, STEERS.test(unknown.stderr)]).toEqual([2, false]);
  });
});
