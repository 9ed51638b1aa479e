import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFile, spawn } from "node:child_process";
import path from "node:path";
import { dkistCoreJson } from "../../helpers/cli.js";
import { clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

const BIN = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
const WORKFLOWS = 20_000;

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";
      export class A extends TaskBase { run() {} }
      export const all = Array.from({ length: ${WORKFLOWS} }, (_, index) =>
        new Workflow({ workflowName: "w" + index, tags: ["x".repeat(90)] }).addNode(A));`,
    "broken/a.js": "throw 1;",
  });
});
afterAll(() => repo.remove());

/** Runs a line of bash, in which `dkist-core` is the command line. */
function bash(line: string): Promise<{ stdout: string; stderr: string; exitCodes: string }> {
  const script = `dkist-core() { "${process.execPath}" "${BIN}" "$@"; }\n${line}\necho "exit \${PIPESTATUS[*]}" >&2`;
  const env = { ...process.env, NODE_OPTIONS: "", GITHUB_ACTIONS: "" };
  return new Promise((resolve) => {
    execFile("bash", ["-c", script], { cwd: repo.root, env, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) => {
      const at = stderr.lastIndexOf("exit ");
      resolve({ stdout, stderr: stderr.slice(0, at), exitCodes: stderr.slice(at + 5).trim() });
    });
  });
}

describe("a reader that has seen enough", () => {
  it.each([
    ["list", "w0_dev  (dist/workflows/a.js)\n"],
    ["list --json", "{\n"],
    ["graph", "flowchart TB\n"],
    ["explain", "Something is wrong with the workflows (exit code 1):\n"],
    ["--help", "Usage: dkist-core [options] [command]\n"],
  ])("%s | head -n 1 ends quietly, as if all had been read", async (command, first) => {
    const { stdout, stderr, exitCodes } = await bash(`dkist-core ${command} | head -n 1`);
    expect([stdout, stderr, exitCodes]).toEqual([first, "", "0 0"]);
  });

  it("does not change what a command found", async () => {
    const { exitCodes } = await bash(
      `echo '{"workflows": ["broken/*.js"]}' > other.json; dkist-core list --config other.json --json 2>/dev/null | true`,
    );
    expect(exitCodes).toBe("1 0");
  });
});

it("a slow reader gets all of 10 MB", async () => {
  const child = spawn(process.execPath, [BIN, "list", "--json"], {
    cwd: repo.root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  const ended = new Promise((resolve) => child.on("exit", resolve));
  // Long after the command is done with its work.
  await wait(3_000);
  for await (const chunk of child.stdout.iterator() as AsyncIterable<Buffer>) {
    if (chunks.push(chunk) % 20 === 0) await wait(5);
  }
  expect(await ended).toBe(0);
  const text = Buffer.concat(chunks).toString();
  expect(text.length).toBeGreaterThan(10_000_000);
  const { result } = JSON.parse(text) as { result: { workflows: unknown[] } };
  expect(result.workflows).toHaveLength(WORKFLOWS);
});

it.each([
  ["list > /dev/full", "2"],
  ["--help > /dev/full", "2"],
])("a disk that is full: dkist-core %s ends with %s and a sentence", async (command, exitCode) => {
  const { stderr, exitCodes } = await bash(`dkist-core ${command}`);
  expect(exitCodes).toBe(exitCode);
  expect(stderr).toMatch(/^error WRITE_FAILED {2}cannot write to stdout: ENOSPC[^\n]*\n$/);
});

it.each([
  ["stdout", "list >&-"],
  ["stderr", "list 2>&- > /dev/null"],
  ["stdin", "list <&- > /dev/null"],
])("%s may be closed from the start", async (_, command) => {
  expect((await bash(`dkist-core ${command}`)).exitCodes).toBe("0");
});

describe("--json is one document, whatever goes wrong", () => {
  it.each([
    ["an unknown command", ["lsit"]],
    ["no command", []],
    ["an unknown option", ["list", "--nonsense"]],
    ["an argument that is missing", ["run"]],
    ["an argument too many", ["list", "more"]],
    ["a choice that there is not", ["graph", "--format", "png"]],
    ["a folder that is not there", ["list", "--cwd", "/nowhere"]],
    ["a code that there is not", ["explain", "nonsense"]],
    ["an environment that cannot be", ["list"], { DKIST_LOAD_TIMEOUT_SECONDS: "soon" }],
  ])("%s", async (_, parameters, env: Record<string, string> = {}) => {
    const { document, exitCode } = await dkistCoreJson(parameters, { cwd: repo.root, env });
    expect([exitCode, document.ok, document.result]).toEqual([2, false, null]);
    expect(document.diagnostics).toMatchObject([{ severity: "error", code: "BAD_USAGE" }]);
  });
});

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
