import { afterEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ExportResult, ListResult } from "../../../src/build.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";

interface HostileValue {
  readonly id: string;
  readonly value: string | null;
}

const HOSTILE = (
  JSON.parse(readFileSync(new URL("../../helpers/hostile-values.json", import.meta.url), "utf8")) as HostileValue[]
).flatMap(({ value }) => (value === null ? [] : [value]));

/** What Airflow, file systems and shells all take as one plain word. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

let repo: ClientRepo;
afterEach(() => repo.remove());

describe("hostile names", () => {
  it("are refused as workflow names and task names, each with a finding, or are plain words", async () => {
    repo = clientRepo({
      "values.json": JSON.stringify(HOSTILE),
      "dist/workflows/hostile.js": `
        import { readFileSync } from "node:fs";
        import { TaskBase, Workflow } from "dkist-processing-core";
        const values = JSON.parse(readFileSync("values.json", "utf8"));
        export class Good extends TaskBase { run() {} }
        export const names = values.map((workflowName) => new Workflow({ workflowName }).addNode(Good));
        export const tasks = values.map((taskName, index) =>
          new Workflow({ workflowName: "tasks-" + index }).addNode(class extends TaskBase { static taskName = taskName; run() {} }));
      `,
    });
    const { document, exitCode, stderr } = await dkistCoreJson<ListResult>(["list"], { cwd: repo.root });
    expect(exitCode).toBe(1);
    const wrong = new Set(
      document.diagnostics.map(({ location }) => `${location.workflow ?? ""}\0${location.node ?? ""}`),
    );
    for (const { workflowName, nodes } of document.result.workflows) {
      if (!PLAIN.test(workflowName)) expect(wrong).toContain(`${workflowName}\0`);
      for (const { taskName } of nodes) {
        if (!PLAIN.test(taskName)) expect(wrong).toContain(`${workflowName}\0${taskName}`);
      }
    }
    expect(document.result.workflows).toHaveLength(2 * HOSTILE.length);
    expect(document.diagnostics.every(({ hint }) => hint !== undefined)).toBe(true);
    // eslint-disable-next-line no-control-regex -- a name must not reach the terminal as a control sequence
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });

  it.each(
    [
      "",
      "latest",
      "..",
      "../../x",
      "a/b",
      "1.0.sh",
      "1;touch x",
      "$(id)",
      "{{ 7*7 }}",
      "1.0\n",
      "1.0 ",
      "-1",
      "v1.0-rc.1",
      "1_0",
      "x".repeat(101),
    ].map((value) => [JSON.stringify(value).slice(0, 40), value] as const),
  )("as a version: %s is refused, or is the version", async (_, value) => {
    repo = clientRepo({ "dist/workflows/a.js": chainModule("flow", ["A"]) });
    const { document, exitCode } = await dkistCoreJson<ExportResult | null>(["export-dags", `--version=${value}`], {
      cwd: repo.root,
    });
    if (exitCode === 0) {
      expect(value).toMatch(/^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/);
      expect(readdirSync(repo.file("dags"))).toEqual([`flow_${value.replaceAll(".", "_")}.py`]);
    } else {
      expect(document.diagnostics.map(({ code }) => code)).toEqual(["BAD_VERSION"]);
      expect(existsSync(repo.file("dags"))).toBe(false);
    }
  });
});

it("hostile free text (tags, owner, package, Node options) reaches Python as exactly that text, or is refused", async () => {
  const values = HOSTILE.filter(
    (value) => value !== "" && Array.from(value).length <= 100 && value.isWellFormed() && !value.includes("\0"),
  );
  repo = clientRepo({
    "values.json": JSON.stringify(values),
    "dkist-core.config.mjs": `
      import { readFileSync } from "node:fs";
      const values = JSON.parse(readFileSync(new URL("values.json", import.meta.url), "utf8"));
      export default {
        airflow: { owner: values.join("|").slice(0, 400) },
        nodeOptions: { default: values.map((value) => "--title=" + value) },
      };`,
    "dist/workflows/a.js": `
      import { readFileSync } from "node:fs";
      import { TaskBase, Workflow } from "dkist-processing-core";
      const tags = JSON.parse(readFileSync("values.json", "utf8"));
      export class A extends TaskBase { run() {} }
      export const w = new Workflow({ workflowName: "w", tags, workflowPackage: tags.join("|").slice(0, 400) }).addNode(A);`,
  });
  const { document } = await dkistCoreJson<ExportResult>(["export-dags", "--version", "1"], { cwd: repo.root });
  expect(document.diagnostics).toEqual([]);
  const reader = `
import ast, json, sys
tree = ast.parse(open(sys.argv[1], encoding="ascii").read())
found = {}
for node in ast.walk(tree):
    if isinstance(node, ast.keyword) and node.arg == "tags":
        found["tags"] = ast.literal_eval(node.value)
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("OWNER", "NODE_FLAGS"):
        found[node.targets[0].id] = ast.literal_eval(node.value)
json.dump(found, sys.stdout)`;
  const found = JSON.parse(execFileSync("python3", ["-c", reader, repo.file("dags/w_1.py")]).toString()) as Record<
    string,
    unknown
  >;
  expect(found).toEqual({
    tags: [...new Set([...values, "1"])].sort(),
    OWNER: values.join("|").slice(0, 400),
    NODE_FLAGS: { default: values.map((value) => `--title=${value}`) },
  });
});

describe("a wrong config", () => {
  it.each<[string, Record<string, string>, string[], RegExp]>([
    [
      "an unknown key",
      { "dkist-core.config.json": '{"outdir": "x"}' },
      ["list"],
      /outdir is not a setting; did you mean outDir\?/,
    ],
    ["a wrong type", { ".dkist-corerc.yaml": "airflow:\n  owner: [1]\n" }, ["list"], /airflow\.owner/],
    ["broken JSON", { "dkist-core.config.json": "{" }, ["list"], /cannot be read/],
    ["broken JavaScript", { "dkist-core.config.mjs": "export default {" }, ["list"], /cannot be read/],
    ["a config that throws", { "dkist-core.config.mjs": 'throw new Error("no vault");' }, ["list"], /no vault/],
    [
      "a config that ends the process",
      { "dkist-core.config.mjs": "process.exit(0);" },
      ["list"],
      /was ended before it was done/,
    ],
    [
      "a config that throws what is no Error",
      { "dkist-core.config.mjs": "throw 7;" },
      ["list"],
      /the config cannot be read: 7/,
    ],
    [
      "a config with a function in it",
      { "dkist-core.config.mjs": "export default { outDir: () => 'x' };" },
      ["list"],
      /\(\) => 'x' could not be cloned/,
    ],
    [
      "a config that goes to another folder",
      { "dkist-core.config.mjs": "process.chdir('/'); export default {};" },
      ["list"],
      /process\.chdir\(\) is not supported/,
    ],
    [
      "a config that waits for ever",
      { "dkist-core.config.mjs": "await new Promise(() => {});" },
      ["list"],
      /was ended before it was done/,
    ],
    [
      "a task that is none",
      { "dkist-core.config.json": '{"tasks": {"AA": {"isolation": "bundle"}}}' },
      ["test-workflows", "--airflow", "none"],
      /tasks\.AA is no Task[^]*did you mean A\?/,
    ],
    [
      "a task that is none, for a run",
      { "dkist-core.config.json": '{"tasks": {"AA": {"isolation": "bundle"}}}' },
      ["run", "flow", "--recipe-run-id", "1"],
      /tasks\.AA is no Task[^]*did you mean A\?/,
    ],
    [
      "an external package that is none",
      { "dkist-core.config.json": '{"external": ["nowhere"]}' },
      ["build", "--airflow", "none"],
      /external names nowhere, and no such package is installed here/,
    ],
    [
      "an asset glob that only a build would read",
      { "dkist-core.config.json": '{"assets": ["nope/**"]}' },
      ["test-workflows"],
      /matches no file/,
    ],
    ["a config file that is not there", {}, ["list", "--config", "nowhere.json"], /cannot be read/],
    ["package.json that is not JSON", { "package.json": "{" }, ["list"], /package\.json/],
    ["a client repo without a name", { "package.json": "{}" }, ["list"], /has no name/],
    [
      "a name that is no folder",
      { "package.json": '{"name": "..", "type": "module"}' },
      ["list"],
      /cannot name a release/,
    ],
    [
      "an asset glob without files",
      { "dkist-core.config.json": '{"assets": ["nothing/**"]}' },
      ["build", "--airflow", "none"],
      /matches no file/,
    ],
    [
      "an asset that is a secret",
      { "dkist-core.config.json": '{"assets": ["conf/**"]}', "conf/.env": "A=1" },
      ["build", "--airflow", "none"],
      /conf\/\.env/,
    ],
    [
      "an own templates folder that is not there",
      { "dkist-core.config.json": '{"templates": "mine"}' },
      ["export-dags"],
      /mine/,
    ],
    [
      "own templates that are a file",
      { "dkist-core.config.json": '{"templates": "package.json"}' },
      ["export-dags"],
      /json/,
    ],
  ])("%s ends with 2, a sentence, a hint, no stack and no output", async (_, files, parameters, sentence) => {
    repo = clientRepo({ "dist/workflows/a.js": chainModule("flow", ["A"]), ...files });
    const { exitCode, stdout, stderr } = await dkistCore(parameters, { cwd: repo.root });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(["artifacts", "dags"].filter((folder) => existsSync(repo.file(folder)))).toEqual([]);
  });
});

it.each([
  ["waits while a timer goes on", "setInterval(() => {}, 1000); await new Promise(() => {});"],
  ["is busy for ever", "for (;;);"],
])("a config that %s gets as long as the workflow modules", async (_, config) => {
  repo = clientRepo({ "dkist-core.config.mjs": config });
  const env = { DKIST_LOAD_TIMEOUT_SECONDS: "1" };
  const { exitCode, stdout, stderr } = await dkistCore(["list"], { cwd: repo.root, env });
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("BAD_CONFIG  the config cannot be read: it did not finish within 1 s");
});

it.each([
  ["leaves a timer behind", "setInterval(() => {}, 1000);"],
  ["prints", 'console.log("{ noise"); process.stdout.write("{ more");'],
  [
    "patches globals",
    "JSON.stringify = () => 1; Array.prototype.map = Map.prototype.get = Promise.prototype.then = null;",
  ],
])("a config that %s does not keep the command from its work", async (_, program) => {
  repo = clientRepo({
    "dist/workflows/a.js": chainModule("flow", ["A"]),
    "dkist-core.config.mjs": `export default { outDir: "x" };\n${program}`,
  });
  const { exitCode, document } = await dkistCoreJson(["list"], { cwd: repo.root });
  expect([exitCode, document.diagnostics]).toEqual([0, []]);
});

it("a config that ends the process spoils no JSON document", async () => {
  repo = clientRepo({ "dkist-core.config.mjs": "process.exit(0);" });
  const { document, exitCode } = await dkistCoreJson(["list"], { cwd: repo.root });
  expect([exitCode, document.ok, document.diagnostics[0]?.code]).toEqual([2, false, "BAD_CONFIG"]);
});

it("Tasks that no module exports are found together with broken rules", async () => {
  repo = clientRepo({
    "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";
class Local extends TaskBase { run() {} }
export const w = new Workflow({ workflowName: "w" }).addNode(Local, { upstreams: Local });`,
  });
  const { document } = await dkistCoreJson(["test-workflows"], { cwd: repo.root });
  expect(document.diagnostics.map(({ code }) => code).sort()).toEqual(["SELF_UPSTREAM", "TASK_NOT_EXPORTED"]);
});

describe("Tasks that a worker could not run", () => {
  it.each([
    ["a local class", "class Local extends TaskBase { run() {} }", "Local", "TASK_NOT_EXPORTED"],
    [
      "a factory's class",
      "const made = ((Base) => class Made extends Base { run() {} })(TaskBase);",
      "made",
      "TASK_NOT_EXPORTED",
    ],
    ["no run()", "export class Empty extends TaskBase {}", "Empty", "TASK_ABSTRACT"],
    [
      "no name",
      "const anonymous = [class extends TaskBase { run() {} }]; export const list = anonymous;",
      "anonymous[0]",
      "TASK_ANONYMOUS",
    ],
    [
      "a missing package",
      'import "./lazy.js"; export class Uses extends TaskBase { async run() { await import("not-there"); } }',
      "Uses",
      "BUNDLE_FAILED",
    ],
    [
      "a module that needs its environment",
      'export class Needs extends TaskBase { run() {} } if (process.argv.includes("--check")) throw new Error("set SITE");',
      "Needs",
      "BUNDLE_DOES_NOT_START",
    ],
  ])("%s: %s", async (_, source, expression, code) => {
    repo = clientRepo({
      "dist/workflows/lazy.js": "",
      "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";\n${source}\nexport const w = new Workflow({ workflowName: "w" }).addNode(${expression});`,
    });
    const { document, exitCode } = await dkistCoreJson(["test-workflows", "--airflow", "none"], { cwd: repo.root });
    expect(exitCode).toBe(1);
    expect(document.diagnostics).toMatchObject([{ code, severity: "error" }]);
    expect(document.diagnostics[0]?.hint).toBeDefined();
  });
});
