import { afterEach, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { dkistCore } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { inTerminal } from "../../helpers/terminal.js";

let repo: ClientRepo;
afterEach(() => repo.remove());

const GOOD = chainModule("flow", ["A", "B"]);
const CYCLE = `import { TaskBase, Workflow } from "dkist-processing-core";
export class A extends TaskBase { run() {} }
export class B extends TaskBase { run() {} }
export const flow = new Workflow({ workflowName: "flow" }).addNode(A, { upstreams: B }).addNode(B, { upstreams: A });
export const other = new Workflow({ workflowName: "other" });
`;
/** A module that takes so many seconds to load. */
const slow = (seconds: number): string =>
  `${GOOD}\nawait new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));`;

/** Runs a command to its end; the screen is what it shows then. */
async function run(
  parameters: readonly string[],
  options: Partial<Parameters<typeof inTerminal>[1]> & { readonly stopAfter?: RegExp } = {},
): Promise<{ exitCode: number | null; output: string; screen: string[] }> {
  const terminal = inTerminal(parameters, { cwd: repo.root, columns: 80, ...options });
  if (options.stopAfter !== undefined) {
    await terminal.shows(options.stopAfter);
    terminal.type("\u0003");
  }
  const exitCode = await terminal.ended;
  const screen = await terminal.lines();
  return {
    exitCode,
    output: terminal.output(),
    screen: screen.slice(0, screen.findLastIndex((line) => line !== "") + 1),
  };
}

/** Each state of the line that is drawn anew. */
function drawn(output: string): string[] {
  return output.split("\r\u001b[2K").filter((line) => line.includes("..."));
}

describe("in a terminal", () => {
  it("the running stage ticks in one line that is no wider than the terminal, and leaves what it was about", async () => {
    repo = clientRepo({ "dist/workflows/a.js": slow(2.5) });
    const { exitCode, screen, output } = await run(["export-dags"], { columns: 40 });
    expect(exitCode).toBe(0);
    const lines = drawn(output);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}load {6}1 workflow module \.\.\. +1 s$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}load {6}1 workflow module \.\.\. +2 s$/));
    for (const line of lines) expect(line.length).toBeLessThan(40);
    expect(screen).toEqual([
      expect.stringMatching(/^ {2}load {6}1 workflow, 2 nodes, version dev +\d\.\d s$/),
      expect.stringMatching(/^ {2}render {4}1 DAG file +\d\.\d s$/),
      "dags/flow_dev.py",
      "1 DAG file in dags",
      expect.stringMatching(/^next: /),
    ]);
  });

  it("a command that only shows leaves nothing but what it shows", async () => {
    repo = clientRepo({ "dist/workflows/a.js": slow(1.2) });
    const { screen, output } = await run(["list"]);
    expect(drawn(output)).toContainEqual(expect.stringMatching(/^ {2}load .* 1 s$/));
    expect(screen).toEqual(["flow_dev  (dist/workflows/a.js)", "  A  default", "  B  default  after A"]);
  });

  it("Ctrl-C ends it with 130 and an empty line, and what it has started with it", async () => {
    repo = clientRepo({
      "dist/workflows/a.js": `import { writeFileSync } from "node:fs"; writeFileSync("pid", String(process.pid)); for (;;);`,
    });
    const { exitCode, screen } = await run(["build"], { stopAfter: / 1 s$/ });
    expect([exitCode, screen]).toEqual([
      130,
      ["error STOPPED  build was stopped by SIGINT", "  hint: every file is still whole: run it again"],
    ]);
    expect(existsSync(`/proc/${readFileSync(repo.file("pid"), "utf8")}/fd/0`)).toBe(false);
  });

  it("an error in the midst of a stage stands in a line of its own", async () => {
    repo = clientRepo({ "dist/workflows/a.js": GOOD });
    const { exitCode, screen } = await run(["graph", "flwo"]);
    expect([exitCode, screen]).toEqual([
      2,
      [
        "error BAD_USAGE  there is no workflow flwo",
        "  hint: did you mean flow?",
        "dkist-core explain BAD_USAGE says more",
      ],
    ]);
  });

  it("findings are coloured and counted, and where more is said is told once", async () => {
    repo = clientRepo({ "dist/workflows/a.js": CYCLE });
    const { output, screen, exitCode } = await run(["test-workflows"]);
    expect(exitCode).toBe(1);
    expect(output).toContain("\u001b[31merror\u001b[39m");
    expect(screen.slice(-3)).toEqual([
      "2 errors in 2 workflows",
      "dkist-core explain CYCLE says more",
      "2 workflows, 0 tasks: not right",
    ]);
  });

  it.each([
    { label: "NO_COLOR", parameters: ["list"], env: { NO_COLOR: "1" }, colors: false, explains: true },
    { label: "TERM=dumb", parameters: ["list"], env: { TERM: "dumb" }, colors: false, explains: false },
    { label: "a CI", parameters: ["list"], env: { CI: "true" }, colors: true, explains: false },
    { label: "--quiet", parameters: ["list", "--quiet"], env: {}, colors: true, explains: false },
  ])("with $label", async ({ parameters, env, colors, explains }) => {
    repo = clientRepo({ "dist/workflows/a.js": CYCLE });
    const { output } = await run(parameters, { env });
    expect(output.includes("\u001b[31m")).toBe(colors);
    expect(output.includes("explain")).toBe(explains);
    // Nothing is drawn anew but where somebody looks on.
    expect(output.includes("\u001b[2K")).toBe(explains);
  });

  it("each stream is what it is: a file gets no colours while the terminal does", async () => {
    repo = clientRepo({ "dist/workflows/a.js": CYCLE });
    const list = async (env: Record<string, string> = {}): Promise<{ file: string; output: string }> => {
      const { output } = await run([], { env, script: '"$0" list > out.txt' });
      return { file: readFileSync(repo.file("out.txt"), "utf8"), output };
    };
    const plain = await list();
    expect(plain.file).toMatch(/^flow_dev {2}\(dist/);
    expect(plain.output).toContain("\u001b[31merror");
    expect((await list({ FORCE_COLOR: "1" })).file).toContain("\u001b[1mflow_dev");
  });
});

describe("where there is no terminal", () => {
  it("plain lines alone, without colours; and a sign of life after ten seconds", async () => {
    repo = clientRepo({ "dist/workflows/a.js": slow(11) });
    const { stderr, stdout } = await dkistCore(["list"], { cwd: repo.root });
    expect(stderr).toMatch(/^( {2}load {6}1 workflow module \.\.\. +\d+ s\n)+$/);
    expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it("colours where they are asked for", async () => {
    repo = clientRepo({ "dist/workflows/a.js": CYCLE });
    const { stderr, stdout } = await dkistCore(["list"], { cwd: repo.root, env: { FORCE_COLOR: "1" } });
    expect([stderr.includes("\u001b[31m"), stdout.includes("\u001b[1m"), stderr.includes("\u001b[2K")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
