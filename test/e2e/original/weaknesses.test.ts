/**
 * What the Python original was shown to do wrong, by number as its analysis has it: none of it happens here. Two are not
 * looked at, as they are about notebooks and Dockerfiles (18, 19 in part), which do not exist here.
 */
import { afterEach, describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ExportResult, ListResult } from "../../../src/build.js";
import { Workflow } from "../../../src/index.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

let repo: ClientRepo | undefined;
afterEach(() => {
  repo?.remove();
  repo = undefined;
});

const HEAD = `import { TaskBase, Workflow } from "dkist-processing-core";
export class A extends TaskBase { run() {} }
export class B extends TaskBase { run() {} }
`;

interface Found<T> {
  readonly repo: ClientRepo;
  readonly result: T;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly codes: readonly string[];
}

/** Runs a command in a client repo of these files; workflow modules have the two Tasks A and B. */
async function command<T>(
  files: Readonly<Record<string, string>>,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Found<T>> {
  repo = clientRepo(files);
  const { document, exitCode, stderr } = await dkistCoreJson<T>(parameters, { cwd: repo.root, env });
  return { repo, result: document.result, exitCode, stderr, codes: document.diagnostics.map(({ code }) => code) };
}

const workflowModule = (text: string): Record<string, string> => ({ "dist/workflows/w.js": `${HEAD}${text}` });

async function exported(text: string, env: Readonly<Record<string, string>> = {}) {
  const { repo: made, ...found } = await command<ExportResult | null>(
    workflowModule(text),
    ["export-dags", "--version", "1"],
    env,
  );
  const names = existsSync(made.file("dags")) ? readdirSync(made.file("dags")) : [];
  return { ...found, repo: made, dags: names.map((name) => readFileSync(made.file(`dags/${name}`), "utf8")) };
}

const ONE = 'export const w = new Workflow({ workflowName: "w" }).addNode(A).addNode(B, { upstreams: A });';

it("1. shell and Python injection by a run's conf: nothing of it is in a task's command", async () => {
  const { dags } = await exported(ONE);
  const script = /RUN_TASK = """\\\n([^]*?)"""/.exec(dags[0] ?? "")?.[1] ?? "";
  expect(script).toContain("exec ");
  expect(script).not.toMatch(/recipe|conf|\{\{/);
  // As what they are, by environment: test/integration/airflow/run.test.ts gives hostile ones to a real Airflow.
  expect(dags[0]).toContain('env["DKIST_RECIPE_RUN_ID"] = str(int(context["params"]["recipe_run_id"]))');
});

it("2. code execution at build time, by a package's name or a tag: they are data", async () => {
  const text = `x'''+__import__('os').popen('touch pwned').read()+''' ; touch pwned; $(touch pwned)`;
  const {
    repo: made,
    exitCode,
    dags,
  } = await exported(
    `export const w = new Workflow({ workflowName: "w", workflowPackage: ${JSON.stringify(text)}, tags: [${JSON.stringify(text)}] }).addNode(A);`,
  );
  expect(exitCode).toBe(0);
  expect(dags[0]).toContain(JSON.stringify(text));
  expect(readdirSync(made.root)).not.toContain("pwned");
});

it("2. tags of the wrong type, which became Python names: refused", async () => {
  const { codes } = await exported('export const w = new Workflow({ workflowName: "w", tags: [true] }).addNode(A);');
  expect(codes).toEqual(["BAD_OPTION"]);
});

it.each([
  ["CODE_MOUNT is not set", {}, "CODE_MOUNT is not set"],
  ["the release is not there", { CODE_MOUNT: "/nowhere" }, "release r is not deployed"],
])("3. a task that ran on the host's own programs after a failed installation: exit 78, %s", async (_, env, says) => {
  const { dags } = await exported(ONE);
  const script = /RUN_TASK = """\\\n([^]*?)"""/.exec(dags[0] ?? "")?.[1] ?? "";
  const { status, stderr } = spawnSync("bash", ["-c", `release=r node=node flags=()\n${script}`], {
    env: { PATH: process.env["PATH"], DKIST_TASK: "A", ...env },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([78, expect.stringContaining(says)]);
});

it("4. an export that is not atomic: one that fails leaves every file as it was", async () => {
  const { repo: made, dags } = await exported(ONE);
  mkdirSync(made.file("dags/x_1.py"));
  const more = `${HEAD}${ONE.replace("addNode(A)", "addNode(A).addNode(class C extends A {})")}
export const x = new Workflow({ workflowName: "x" }).addNode(A);`;
  made.remove();
  repo = clientRepo({ "dist/workflows/w.js": more, "dags/w_1.py": dags[0] ?? "", "dags/x_1.py/file": "" });
  const { exitCode, stderr } = await dkistCore(["export-dags", "--version", "1"], { cwd: repo.root });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("WRITE_FAILED")]);
  expect(readdirSync(repo.file("dags"))).toEqual(["w_1.py", "x_1.py"]);
  expect(readFileSync(repo.file("dags/w_1.py"), "utf8")).toBe(dags[0]);
});

it("5. two workflows of one name, one of which was lost: a finding", async () => {
  const { codes, dags } = await exported(`${ONE}\nexport const v = new Workflow({ workflowName: "w" }).addNode(A);`);
  expect([codes, dags]).toEqual([["DUPLICATE_DAG_ID"], []]);
});

it("6. a check that removed a folder of the user's: test-workflows removes nothing, and writes into its own folder alone", async () => {
  const mine = { "export/mine.txt": "1", "dags/mine.txt": "2", "artifacts/mine.txt": "3" };
  const { repo: made, exitCode } = await command({ ...workflowModule(ONE), ...mine }, [
    "test-workflows",
    "--airflow",
    "none",
  ]);
  expect(exitCode).toBe(0);
  for (const [file, text] of Object.entries(mine)) expect(readFileSync(made.file(file), "utf8")).toBe(text);
  expect(readdirSync(made.root).sort()).toEqual([
    ".dkist-core",
    "artifacts",
    "dags",
    "dist",
    "export",
    "node_modules",
    "package.json",
  ]);
});

it.each([
  [
    "a Task that is its own upstream",
    'new Workflow({ workflowName: "w" }).addNode(A, { upstreams: A })',
    "SELF_UPSTREAM",
  ],
  ["a cycle", 'new Workflow({ workflowName: "w" }).addNode(A, { upstreams: B }).addNode(B, { upstreams: A })', "CYCLE"],
])("7. %s, which Airflow refused after the export: nothing is exported", async (_, workflow, code) => {
  const { codes, dags } = await exported(`export const w = ${workflow};`);
  expect([codes, dags]).toEqual([[code], []]);
});

it("8. a failed addNode that left its node behind: the workflow is as before", () => {
  const workflow = new Workflow({ workflowName: "w" });
  expect(() => workflow.addNode("Task" as never)).toThrow(TypeError);
  expect(workflow.nodes).toEqual([]);
});

/** Nobody listens on that port. */
const MESH_CONFIG = '{"interservice-bus": {"mesh_address": "127.0.0.1", "mesh_port": 9}}';

it("9. a failure message lost without a word when the connection is refused: tried again, and logged whole", () => {
  const facts = {
    workflowName: "w",
    workflowVersion: "1",
    taskName: "Lost",
    dagId: "w_1",
    dagRunId: "r",
    tryNumber: 1,
  };
  // As in a release, where no package.json says that it is a module.
  repo = clientRepo({ "package.json": "{}" });
  copyFileSync(path.join(PACKAGE_ROOT, "dist/notify-failure.js"), repo.file("notify-failure.js"));
  const { status, stdout, stderr } = spawnSync(process.execPath, [repo.file("notify-failure.js")], {
    input: JSON.stringify({ ...facts, dagRunStart: null, logUrl: null, exception: null, failureReport: null }),
    env: { PATH: process.env["PATH"], MESH_CONFIG },
    encoding: "utf8",
  });
  const said = stdout + stderr;
  expect(status).toBeGreaterThan(0);
  expect(said).toContain("ECONNREFUSED");
  expect(said.includes("Lost")).toBe(true);
});

it.each([
  ["a workflow without nodes", workflowModule('export const w = new Workflow({ workflowName: "w" });'), "NO_NODES"],
  ["no workflow at all", { "dist/workflows/none.js": "export const x = 1;" }, "NO_WORKFLOWS"],
])("10. %s, exported as an empty DAG or as nothing: a finding, and no file", async (_, files, code) => {
  const { repo: made, codes } = await command(files, ["export-dags"]);
  expect([codes, existsSync(made.file("dags"))]).toEqual([[code], false]);
});

it("11. a version that changed after its nodes: a release has one, wherever it shows", async () => {
  const { dags } = await exported(
    `${ONE}\ntry { w.workflowVersion = "9.9"; w.workflowName = "v"; } catch { /* it says so */ }`,
  );
  expect(dags).toHaveLength(1);
  expect(dags[0]).toMatch(/^VERSION = "1"$/m);
  expect(dags[0]).toMatch(/dag_id="w_1"/);
  expect(dags[0]).not.toContain("9.9");
});

it("12. files that differ from build to build: the same bytes for any order of tags, on any day", async () => {
  const tagged = (tags: string): string =>
    `export const w = new Workflow({ workflowName: "w", tags: [${tags}] }).addNode(A);`;
  const one = await exported(tagged('"b", "a", "C", "a"'));
  one.repo.remove();
  const other = await exported(tagged('"C", "a", "b"'), { TZ: "Pacific/Honolulu", LC_ALL: "C" });
  expect(other.dags).toEqual(one.dags);
  expect(one.dags[0]).toContain("start_date=datetime(2020, 1, 1, tzinfo=timezone.utc)");
});

it("13. workflows in subfolders and lists, overlooked, and aliases, exported twice: each is found once", async () => {
  const { result } = await command<ListResult>(
    {
      "dist/workflows/deep/er/w.js": `${HEAD}${ONE}\nexport const alias = w;`,
      "dist/workflows/list.js": `${HEAD}export const all = [new Workflow({ workflowName: "v" }).addNode(A)];`,
      "dist/workflows/again.js": 'export { w as same } from "./deep/er/w.js";',
    },
    ["list"],
  );
  expect(result.workflows.map(({ workflowName }) => workflowName).sort()).toEqual(["v", "w"]);
});

it.each([
  ["Task classes whose names differ in case alone", "class a extends A {}", "a", "TASK_NAME_CLASH"],
  ["a Task class whose name is not ASCII", "class Çalibrate extends A {}", "Çalibrate", "BAD_ID"],
])("14. %s, mixed up or not written: a finding", async (_, source, name, code) => {
  const { codes } = await exported(
    `export ${source}\nexport const w = new Workflow({ workflowName: "w" }).addNode(A).addNode(${name});`,
  );
  expect(codes).toEqual([code]);
});

it("14. an export that died of an ASCII locale: a DAG file is ASCII", async () => {
  const text = 'export const w = new Workflow({ workflowName: "w", tags: ["é\u{1f52d}"] }).addNode(A);';
  const { exitCode, dags } = await exported(text, { LC_ALL: "C", LANG: "C" });
  expect(exitCode).toBe(0);
  expect(dags[0]).toMatch(/^[\n -~]*$/);
});

it.each([
  ["a local class", "const C = (() => class Local extends A {})();", "C", "TASK_NOT_EXPORTED"],
  ["a Task without run()", "export class C extends TaskBase {}", "C", "TASK_ABSTRACT"],
  ["negative retries", "export class C extends A { static retries = -1; }", "C", "BAD_OPTION"],
])("15. %s, accepted by the build: a finding", async (_, source, name, code) => {
  const { codes } = await command(
    workflowModule(`${source}\nexport const w = new Workflow({ workflowName: "w" }).addNode(${name});`),
    ["test-workflows", "--airflow", "none"],
  );
  expect(codes).toEqual([code]);
});

it("15. a version that is none: a finding", async () => {
  expect((await command(workflowModule(ONE), ["export-dags", "--version", "1 0"])).codes).toEqual(["BAD_VERSION"]);
});

it("16. a folder whose parents are not there: they are made", async () => {
  const { repo: made, exitCode } = await command(workflowModule(ONE), ["export-dags", "--path", "a/b/c"]);
  expect([exitCode, existsSync(made.file("a/b/c/w_dev.py"))]).toEqual([0, true]);
});

describe("16. errors that named nothing the author knows:", () => {
  it.each([
    ["upstreams that are a text", "addNode(A, { upstreams: 'B' })", /upstream/],
    ["a resource queue that is a number", "addNode(A, { resourceQueue: 7 })", /resourceQueue must be a text/],
    [
      "an instance for a class",
      "addNode(new A())",
      /TypeError: only a runtime makes a Task: a workflow is given the class, A/,
    ],
  ])("%s", async (_, call, says) => {
    repo = clientRepo(workflowModule(`export const w = new Workflow({ workflowName: "w" }).${call};`));
    const { exitCode, stderr } = await dkistCore(["list"], { cwd: repo.root });
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(says)]);
    expect(stderr).toMatch(/^dist\/workflows\/w\.js:[24]/);
  });
});

it("17. an .env or a MESH_CONFIG that broke every import: they are no business of who checks and exports", async () => {
  const { exitCode } = await command({ ...workflowModule(ONE), ".env": "FOO=1\nbroken" }, ["export-dags"], {
    MESH_CONFIG: "{bad",
  });
  expect(exitCode).toBe(0);
});

it.each(["1.9", "true", "0", "-7", "1e3", ""])("19. the recipe run id %p, cut to a number: refused", async (id) => {
  const { exitCode } = await dkistCore(["run", "w", `--recipe-run-id=${id}`], {
    cwd: (repo = clientRepo(workflowModule(ONE))).root,
  });
  expect(exitCode).toBe(2);
});
