import { afterEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { ListResult } from "../../../src/build.js";
import { commandLineOf } from "../../../src/engine/command-line.js";
import { BIN, dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { waitFor } from "../../helpers/wait-for.js";

let repo: ClientRepo;
afterEach(() => repo.remove());

async function list(files: Readonly<Record<string, string>>) {
  repo = clientRepo(files);
  return dkistCoreJson<ListResult | null>(["list"], { cwd: repo.root, env: { DKIST_LOAD_TIMEOUT_SECONDS: "2" } });
}

const GOOD = chainModule("good", ["Good"]);

describe("where Workflows are found", () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      "a default export",
      { "dist/workflows/a.js": `${GOOD.replace("export const workflow", "const workflow")}export default workflow;` },
      ["good"],
    ],
    [
      "an array",
      {
        "dist/workflows/a.js": `${GOOD}export const all = [workflow];`.replace(
          "export const workflow",
          "const workflow",
        ),
      },
      ["good"],
    ],
    [
      "a record",
      {
        "dist/workflows/a.js": `${GOOD}export const all = { w: { workflow } };`.replace(
          "export const workflow",
          "const workflow",
        ),
      },
      ["good"],
    ],
    ["nested folders", { "dist/workflows/x/y/a.mjs": GOOD }, ["good"]],
    [
      "a re-export, once",
      {
        "dist/workflows/b.js": GOOD,
        "dist/workflows/a.js": 'export * from "./b.js"; export { workflow as same } from "./b.js";',
      },
      ["good"],
    ],
    [
      "CommonJS",
      {
        "dist/workflows/a.cjs": `const { TaskBase, Workflow } = require("dkist-processing-core");
          class A extends TaskBase { run() {} }
          module.exports = { A, nested: [new Workflow({ workflowName: "cjs" }).addNode(A)] };`,
      },
      ["cjs"],
    ],
    [
      "not in names that start with _",
      { "dist/workflows/a.js": GOOD, "dist/workflows/_b.js": "throw 1", "dist/workflows/_c/d.js": "throw 1" },
      ["good"],
    ],
  ])("%s", async (_, files, names) => {
    const { document, exitCode } = await list(files);
    expect(document.diagnostics).toEqual([]);
    expect(document.result?.workflows.map(({ workflowName }) => workflowName)).toEqual(names);
    expect(exitCode).toBe(0);
  });
});

describe("modules that misbehave while they load", () => {
  it.each<[string, string, RegExp]>([
    ["throw", 'throw new Error("no database");', /no database/],
    ["throw what is no Error", 'throw "text";', /"text" was thrown/],
    ["never settle", "await new Promise(() => {});", /did not finish loading within 2 s/],
    ["end the process", "process.exit(3);", /ends the process \(exit code 3\)/],
    ["end the process as if all was well", "process.exit(0);", /ends the process \(exit code 0\)/],
    ["kill the process", 'process.kill(process.pid, "SIGKILL");', /ends the process \(SIGKILL\)/],
    ["lack a package", 'import "not-installed";', /not-installed/],
    [
      "lack a setting",
      'if (!process.env.NO_SUCH_SETTING) throw new Error("set NO_SUCH_SETTING");',
      /set NO_SUCH_SETTING/,
    ],
    ["throw nothing", "throw undefined;", /undefined was thrown/],
    [
      "throw what throws again",
      "throw { get message() { throw 1; }, toString() { throw 2; } };",
      /was thrown, which is no Error/,
    ],
    [
      "throw later",
      'setTimeout(() => { throw new Error("late"); }); await new Promise((go) => setTimeout(go, 500));',
      /ends the process/,
    ],
    [
      "leave a rejection",
      'Promise.reject(new Error("late")); await new Promise((go) => setTimeout(go, 500));',
      /ends the process/,
    ],
    ["call themselves for ever", "const f = () => f() + 1; f();", /RangeError: Maximum call stack/],
    ["are no JavaScript", "export const = 1;", /SyntaxError/],
  ])("are named with the cause when they %s, and the others are still read", async (_, bad, cause) => {
    const { document, exitCode } = await list({ "dist/workflows/bad.js": bad, "dist/workflows/good.js": GOOD });
    expect(exitCode).toBe(1);
    expect(document.diagnostics).toEqual([
      expect.objectContaining({
        code: "LOAD_FAILED",
        message: expect.stringMatching(cause) as unknown,
        location: expect.objectContaining({ file: "dist/workflows/bad.js" }) as unknown,
        hint: expect.any(String) as unknown,
      }),
    ]);
    expect(document.result?.workflows.map(({ workflowName }) => workflowName)).toEqual(["good"]);
  });

  it("are named when they are busy for ever", async () => {
    repo = clientRepo({ "dist/workflows/bad.js": "for (;;);", "dist/workflows/good.js": GOOD });
    const { document } = await dkistCoreJson(["list"], { cwd: repo.root, env: { DKIST_LOAD_TIMEOUT_SECONDS: "1" } });
    expect(document.diagnostics).toMatchObject([
      {
        code: "LOAD_FAILED",
        message: "while it loads, it keeps the process busy and never lets go",
        location: { file: "dist/workflows/bad.js" },
      },
    ]);
  });

  it.each([
    ["console.log", 'console.log("{ noise");'],
    ["a write to the file descriptor", 'import { writeSync } from "node:fs"; writeSync(1, "{ noise\\n");'],
    ["a patched stdout", 'process.stdout.write = () => true; console.log = () => { throw new Error("patched"); };'],
    ["another working directory", 'process.chdir("/");'],
    ["a timer that never stops", "setInterval(() => {}, 1000);"],
    ["JSON taken away", "JSON.stringify = JSON.parse = () => { throw new Error('patched'); };"],
    ["promises patched", "Promise.race = Promise.all = () => 7;"],
    [
      "the way to the command cut",
      "process.send = process.disconnect = () => {}; process.removeAllListeners('message');",
    ],
    ["a message for the command", "process.send?.('ready'); process.send?.({ kind: 'ready' }); process.send?.(null);"],
    ["Object.prototype enlarged", "Object.prototype.file = 'evil'; Object.prototype.toJSON = () => 7;"],
  ])("do not spoil the one JSON document: %s", async (_, noise) => {
    const { document, exitCode } = await list({
      "dist/workflows/a.js": `${noise.startsWith("import") ? noise : ""}${GOOD}${noise.startsWith("import") ? "" : noise}`,
    });
    expect(exitCode).toBe(0);
    expect(document.result?.workflows).toHaveLength(1);
  });

  it.each([
    [
      "lists",
      "for (const name of ['map', 'flatMap', 'filter', 'push']) Array.prototype[name] = () => 7;",
      "LOAD_FAILED",
    ],
    [
      "maps",
      "Map.prototype.get = Map.prototype.set = Set.prototype.add = Set.prototype.has = () => 7;",
      "NO_WORKFLOWS",
    ],
  ])("break nothing but themselves when they patch what reads them: %s", async (_, patch, code) => {
    const { document, exitCode } = await list({ "dist/workflows/a.js": `${GOOD}${patch}` });
    expect([exitCode, document.ok]).toEqual([1, false]);
    expect(document.diagnostics).toMatchObject([{ code, hint: expect.any(String) }]);
  });

  it("cannot leave a process behind", async () => {
    await list({
      "dist/workflows/a.js": `${GOOD}
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
writeFileSync("pid", String(spawn("sleep", ["600"], { stdio: "ignore" }).pid));`,
    });
    const pid = Number(readFileSync(repo.file("pid"), "utf8"));
    expect(pid).toBeGreaterThan(1);
    await waitFor("the process is gone", 5, () => Promise.resolve((commandLineOf(pid) ?? "") === ""));
  });

  it("cannot outlive a command that is killed, although they are busy for ever", async () => {
    repo = clientRepo({
      "dist/workflows/a.js": `${GOOD}
import { writeFileSync } from "node:fs";
writeFileSync("pid", String(process.pid));
for (;;);`,
    });
    const command = spawn(process.execPath, [BIN, "list"], { cwd: repo.root, stdio: "ignore" });
    const pid = await waitFor("the module is loaded", 30, () =>
      Promise.resolve(existsSync(repo.file("pid")) && Number(readFileSync(repo.file("pid"), "utf8"))),
    );
    expect(pid).toBeGreaterThan(1);
    command.kill("SIGKILL");
    await waitFor("the process is gone", 10, () => Promise.resolve(commandLineOf(pid) === undefined));
  });

  it("are warned about when they print", async () => {
    const { document, stderr } = await list({ "dist/workflows/a.js": `${GOOD}console.log("hello from a");` });
    expect(document.diagnostics).toMatchObject([
      { severity: "warning", code: "LOAD_PRINTED", location: { file: "dist/workflows/a.js" } },
    ]);
    expect(stderr).toContain("hello from a");
  });
});

describe("findings", () => {
  it("name the author's TypeScript line, through the source map", async () => {
    repo = clientRepo({
      "package.json": JSON.stringify({ name: "client", type: "module" }),
      "src/workflows/vbi.ts": [
        'import { TaskBase, Workflow } from "dkist-processing-core";',
        "export class A extends TaskBase { run(): void {} }",
        "export class B extends TaskBase { run(): void {} }",
        "",
        'export const vbi = new Workflow({ workflowName: "vbi" });',
        "vbi.addNode(A, { upstreams: B });",
        "vbi.addNode(B, { upstreams: A });",
      ].join("\n"),
    });
    const { build } = await import("esbuild");
    await build({
      entryPoints: [repo.file("src/workflows/vbi.ts")],
      outfile: repo.file("dist/workflows/vbi.js"),
      format: "esm",
      sourcemap: true,
    });
    const { stderr, exitCode } = await dkistCore(["list"], { cwd: repo.root });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "src/workflows/vbi.ts:6:5 error CYCLE  vbi: A >> B >> A\n  hint: remove one of these upstreams\n1 error in 1 workflow\n",
    );
  });

  it("come out all at once, sorted, with a count", async () => {
    const { document, exitCode } = await list({
      "dist/workflows/b.js": chainModule("flow", ["A"]),
      "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";
        class Local extends TaskBase { static retries = -1; run() {} }
        export const empty = new Workflow({ workflowName: "em pty" });
        export const flow = new Workflow({ workflowName: "flow", tags: [1] }).addNode(Local, { resourceQueue: "hi_memory" });`,
    });
    expect(exitCode).toBe(1);
    expect(
      document.diagnostics.map(
        ({ code, location }) => `${location.file ?? ""}:${location.line ?? ""} ${code} ${location.field ?? ""}`,
      ),
    ).toEqual([
      "dist/workflows/a.js:3 BAD_ID ",
      "dist/workflows/a.js:3 NO_NODES ",
      "dist/workflows/a.js:4 BAD_OPTION tags",
      "dist/workflows/a.js:4 BAD_OPTION resourceQueue",
      "dist/workflows/a.js:4 BAD_OPTION retries",
      expect.stringMatching(/^dist\/workflows\/b\.js:\d+ DUPLICATE_DAG_ID $/),
    ]);
  });
});
