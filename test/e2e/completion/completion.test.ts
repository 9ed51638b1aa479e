/**
 * Completion as users have it: real shells, which source the script and get a TAB.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { createProgram } from "../../../src/cli/program.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { isAlive } from "../run/run-cli.js";
import { commandFolder, openShell, shellEnvironment, type InteractiveShell } from "../../helpers/interactive-shell.js";

const EXAMPLE = path.join(PACKAGE_ROOT, "examples/dkist-processing-test");
const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

/** Names that say what they would do, were they ever read by a shell. */
const HOSTILE_MODULE = `
import { TaskBase, Workflow } from "dkist-processing-core";
export class Good extends TaskBase { run() {} }
export class Evil extends TaskBase { static taskName = "evil$(touch pwned)"; run() {} }
export const flows = [
  "evil$(touch pwned)", "evil\`touch pwned\`", "evil;touch pwned", "evil'; touch pwned; '", 'evil"; touch pwned; "',
  "evil pwned", "evil\\ntouch pwned\\n", "evil\\ttouch pwned", "evil\\u001b[2J", "evil|touch pwned", "$PATH", "~", "*", "-evil",
].map((workflowName) => new Workflow({ workflowName }).addNode(Good));
export const good = new Workflow({ workflowName: "evidently_good" }).addNode(Good).addNode(Evil);
`;

let repo: ClientRepo;
let hostile: ClientRepo;
let nowhere: string;
let onPath: string;

beforeAll(async () => {
  repo = clientRepo({
    "dist/workflows/a.js": chainModule("l0_to_l1_vbi", ["Transfer", "DarkCalibration", "Teardown"]),
    "dist/workflows/b.js": chainModule("noop", ["NoOp"]),
    "artifacts/vbi_1_code.zip": "",
    "artifacts/vbi_1.json": "",
    "my folder/x": "",
    ".dkist-core/runs/20260101T000000000Z-noop/run.json": JSON.stringify({
      ...{ formatVersion: 1, runId: "20260101T000000000Z-noop", workflowName: "noop", version: "dev", recipeRunId: 7 },
      ...{ conf: "{}", artifact: null, only: null },
    }),
  });
  mkdirSync(repo.file("node_modules/.bin"));
  symlinkSync(path.join(PACKAGE_ROOT, "bin/dkist-core.js"), repo.file("node_modules/.bin/dkist-core"));
  hostile = clientRepo({ "dist/workflows/evil.js": HOSTILE_MODULE });
  nowhere = await tempFolder();
  onPath = await commandFolder();
});
afterAll(async () => {
  repo.remove();
  hostile.remove();
  await removeFolders();
});

/** A line up to its cursor, and what TAB makes of its last word: the one thing that fits, where nothing is said. */
const CASES: readonly (readonly [line: string, word: string])[] = [
  ["dkist-core test", "test-workflows"],
  ["dkist-core graph --fo", "--format"],
  ["dkist-core graph --format s", "svg"],
  ["dkist-core graph --format=s", "--format=svg"],
  ["dkist-core build --airflow au", "auto"],
  ["dkist-core completion z", "zsh"],
  ["dkist-core run l0", "l0_to_l1_vbi"],
  ["dkist-core graph noop l", "l0_to_l1_vbi"],
  ["dkist-core run l0_to_l1_vbi --only D", "DarkCalibration"],
  ["dkist-core run l0_to_l1_vbi_1.4.0 --json --only Te", "Teardown"],
  ["dkist-core run noop --version 1.4.0 --only N", "NoOp"],
  ["dkist-core run noop --resume 2026", "20260101T000000000Z-noop"],
  ["dkist-core list --config pack", "package.json"],
  ["dkist-core list --config=pack", "--config=package.json"],
  ["dkist-core run noop --artifact artifacts/v", "artifacts/vbi_1_code.zip"],
  ["node_modules/.bin/dkist-core run no", "noop"],
  ["npx dkist-core run no", "noop"],
  ["npx --no-install dkist-core gra", "graph"],
  [`dkist-core run --cwd ${EXAMPLE} input_to_output_test_f`, "input_to_output_test_fail"],
];

interface OpenShell {
  readonly name: string;
  readonly shell: "bash" | "zsh";
  readonly startup: string;
  readonly cases: typeof CASES;
}

describe.each<OpenShell>([
  { name: "bash", shell: "bash", startup: "source <(dkist-core completion bash)", cases: CASES },
  {
    name: "bash with bash-completion",
    shell: "bash",
    startup: `source ${BASH_COMPLETION}; source <(dkist-core completion bash); source <(dkist-core completion bash)`,
    cases: CASES.filter((_, index) => index % 3 === 0),
  },
  {
    name: "zsh",
    shell: "zsh",
    startup: "source <(dkist-core completion zsh); source <(dkist-core completion zsh)",
    cases: CASES,
  },
])("$name", ({ shell, startup, cases }) => {
  let open: InteractiveShell;
  const shells: InteractiveShell[] = [];
  const openIn = async (
    cwd: string,
    more: Partial<Parameters<typeof openShell>[1]> = {},
  ): Promise<InteractiveShell> => {
    const opened = await openShell(shell, { cwd, path: onPath, startup, ...more });
    shells.push(opened);
    return opened;
  };
  beforeAll(async () => {
    open = await openIn(repo.root);
  });
  afterAll(async () => {
    await Promise.all(shells.map((one) => one.close()));
  });

  it.each(cases)("completes %s to %s", async (line, word) => {
    const { line: completed } = await open.complete(line);
    expect(completed).toBe(`${line.slice(0, line.lastIndexOf(" ") + 1)}${word} `);
  });

  it("shows what there is to choose from, apostrophes too", async () => {
    const commands = (await open.complete("dkist-core ")).shown;
    for (const name of ["build", "completion", "graph", "list", "run", "test-workflows"])
      expect(commands).toContain(name);
    const { shown, line } = await open.complete("dkist-core run noop --re");
    expect(line).toBe("dkist-core run noop --re");
    expect(shown).toMatch(/--recipe-run-id[^]*--resume[^]*--retry-delay/);
    if (shell === "zsh") expect(shown).toMatch(/--retry-delay +-- seconds between tries, instead of each task's own/);
  });

  it("completes paths as the shell does", async () => {
    expect((await open.complete("dkist-core list --cwd my")).line).toBe("dkist-core list --cwd my\\ folder/");
    expect((await open.complete("dkist-core build --out=art")).line).toBe("dkist-core build --out=artifacts/");
  });

  it("reads quotes", async () => {
    expect((await open.complete(`dkist-core run --cwd '${repo.root}' "l0_t`)).line).toBe(
      `dkist-core run --cwd '${repo.root}' "l0_to_l1_vbi" `,
    );
  });

  it("offers nothing where there is nothing, and writes nothing", async () => {
    const elsewhere = await openIn(nowhere);
    for (const line of ["dkist-core run noop --only ", "dkist-core run noop --resume ", "dkist-core biuld "]) {
      const { line: completed, shown } = await elsewhere.complete(line);
      expect(completed).toBe(line);
      expect(shown).not.toMatch(/error|not found|at /i);
    }
    expect(readdirSync(nowhere)).toEqual([]);
  });

  it("says nothing where dkist-core is not on PATH", async () => {
    const script = (await dkistCore(["completion", shell], { cwd: nowhere })).stdout;
    const folder = await tempFolder({ script });
    const without = await openIn(repo.root, { path: folder, startup: `source ${path.join(folder, "script")}` });
    const { line, shown } = await without.complete("dkist-core ru");
    expect([line, shown.includes("not found")]).toEqual(["dkist-core ru", false]);
    // After npx it is the client repo's own.
    expect((await without.complete("npx dkist-core ru")).line).toBe("npx dkist-core run ");
  });

  it("leaves files to npx where the line is of another program", async () => {
    expect((await open.complete("npx other --in pack")).line).toBe("npx other --in package.json ");
  });

  it("runs nothing of what stands in the line or in a name", async () => {
    const danger = await openIn(hostile.root);
    writeFileSync(path.join(hostile.root, "kept"), "kept");
    for (const line of [
      'dkist-core run "$(touch pwned)" --on',
      "dkist-core run `touch pwned` --on",
      "dkist-core run --conf='$(touch pwned)' --on",
      "dkist-core list > kept --on",
      "dkist-core run $(touch pwned",
      "dkist-core run --cwd=$(touch pwned)",
    ]) {
      await danger.complete(line);
    }
    expect(readFileSync(path.join(hostile.root, "kept"), "utf8")).toBe("kept");
    const { line, shown } = await danger.complete("dkist-core run ev");
    expect(line).toBe("dkist-core run evidently_good ");
    expect(shown).not.toContain("evil");
    expect((await danger.complete("dkist-core run evidently_good --only ")).line).toBe(
      "dkist-core run evidently_good --only Good ",
    );
    expect((await danger.complete("dkist-core run ")).line).toBe("dkist-core run evidently_good ");
    expect(existsSync(path.join(hostile.root, "pwned"))).toBe(false);
  });
});

it("nothing is answered, and nothing said, in a folder that is deleted", async () => {
  const deleted = await tempFolder();
  const script = 'rmdir "$PWD"; exec node "$0" complete bash dkist-core run ""';
  const program = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
  const answered = await promisify(execFile)("sh", ["-c", script, program], { cwd: deleted });
  expect(answered).toEqual({ stdout: "", stderr: "" });
});

describe("zsh, from a folder of fpath", () => {
  it("loads the script on the first TAB", async () => {
    const script = (await dkistCore(["completion", "zsh"], { cwd: nowhere })).stdout;
    const folder = await tempFolder({ "_dkist-core": script });
    const startup = `fpath=(${folder} $fpath); compinit -u -D`;
    const open = await openShell("zsh", { cwd: repo.root, path: onPath, startup });
    expect((await open.complete("dkist-core run l0")).line).toBe("dkist-core run l0_to_l1_vbi ");
    expect((await open.complete("dkist-core gra")).line).toBe("dkist-core graph ");
    await open.close();
  });
});

describe("fish", () => {
  let script = "";
  let home = "";
  beforeAll(async () => {
    home = await tempFolder();
    const folder = await tempFolder({
      "dkist-core.fish": (await dkistCore(["completion", "fish"], { cwd: nowhere })).stdout,
    });
    script = path.join(folder, "dkist-core.fish");
  });

  /** What fish offers at the end of the line: text and description. */
  async function offered(line: string, cwd = repo.root, folder = onPath): Promise<(readonly [string, string])[]> {
    const program = "source $argv[1]; source $argv[1]; complete -C $argv[2]";
    const { stdout, stderr } = await promisify(execFile)("fish", ["--no-config", "-c", program, script, line], {
      cwd,
      env: { ...shellEnvironment(folder), HOME: home },
    });
    expect(stderr).toBe("");
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((row) => [row.split("\t")[0] ?? "", row.split("\t")[1] ?? ""]);
  }
  const texts = async (...parameters: Parameters<typeof offered>): Promise<string[]> =>
    (await offered(...parameters)).map(([text]) => text);

  it.each(CASES)("completes %s to %s", async (line, word) => {
    expect(await texts(line)).toEqual([word]);
  });

  const program = createProgram(
    () => Promise.resolve(0),
    () => undefined,
  );
  it("offers every command, with what it does", async () => {
    const all = program.commands.map((command) => [command.name(), command.description()] as const);
    expect((await offered("dkist-core ")).filter(([text]) => text !== "help")).toEqual(all.sort());
  });

  it("offers every option, with what it is", async () => {
    const run = program.commands.find((command) => command.name() === "run");
    const all = run?.options.map(({ long, description }) => [long, description] as const) ?? [];
    expect((await offered("dkist-core run --")).filter(([text]) => text !== "--help")).toEqual([...all].sort());
  });

  it("completes paths", async () => {
    expect(await texts("dkist-core list --cwd my")).toEqual(["my folder/"]);
    expect(await texts("dkist-core build --out=art")).toEqual(["--out=artifacts/"]);
    expect(await texts("dkist-core list --cwd 'my folder'/../art")).toEqual(["my folder/../artifacts/"]);
  });

  it("offers nothing where there is nothing", async () => {
    for (const line of ["run noop --only ", "run noop --resume ", "biuld "])
      expect(await texts(`dkist-core ${line}`, nowhere)).toEqual([]);
    expect(await texts("dkist-core ru", nowhere, nowhere)).toEqual([]);
    expect(readdirSync(nowhere)).toEqual([]);
  });

  it("runs nothing of what stands in the line or in a name", async () => {
    for (const line of [
      'run "(touch pwned)" --on',
      "run (touch pwned) --on",
      "run $(touch pwned) --on",
      "run (touch pwned",
    ])
      await texts(`dkist-core ${line}`, hostile.root);
    expect(await texts("dkist-core run ", hostile.root)).toEqual(["evidently_good"]);
    expect(await texts("dkist-core run evidently_good --only ", hostile.root)).toEqual(["Good"]);
    expect(existsSync(path.join(hostile.root, "pwned"))).toBe(false);
  });
});

describe("a workflow module that never lets go", () => {
  it.each([
    ["gets little time", "1", undefined],
    ["is stopped by Ctrl-C", "60", "SIGINT"],
    ["is stopped when the terminal is closed", "60", "SIGHUP"],
  ] as const)("%s, and no process is left", async (_, seconds, signal) => {
    const module = 'require("node:fs").appendFileSync("pids", process.pid + "\\n"); for (;;);';
    const busy = clientRepo({ "dist/workflows/busy.cjs": module });
    const bin = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
    const child = spawn(process.execPath, [bin, "complete", "bash", "run", ""], {
      cwd: busy.root,
      env: { ...shellEnvironment(onPath), DKIST_COMPLETION_TIMEOUT_SECONDS: seconds },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let answer = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (answer += text));
    const ended = once(child, "close");
    const pids = (): number[] =>
      existsSync(busy.file("pids")) ? readFileSync(busy.file("pids"), "utf8").trim().split("\n").map(Number) : [];
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    if (signal !== undefined) {
      while (pids().length === 0) await pause();
      child.kill(signal);
    }
    await ended;
    expect(answer).toBe("");
    while (pids().some(isAlive)) await pause();
    busy.remove();
  });
});

describe("dkist-core completion", () => {
  it.each(["bash", "zsh", "fish"])("prints the script of %s alone, or as a document", async (shell) => {
    const { exitCode, stdout, stderr } = await dkistCore(["completion", shell], { cwd: nowhere });
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { document } = await dkistCoreJson(["completion", shell], { cwd: nowhere });
    expect(document).toMatchObject({ ok: true, result: { shell, script: stdout } });
  });

  it.each([
    [["completion", "tcsh"], "Allowed choices are bash, zsh, fish"],
    [["completion"], "missing required argument 'shell'"],
    [["complete", "bash"], "Did you mean completion?"],
  ])("refuses %p", async (parameters, sentence) => {
    const { exitCode, stdout, stderr } = await dkistCore(parameters, { cwd: nowhere });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
  });

  it("is nothing that other commands load", () => {
    const folder = path.join(PACKAGE_ROOT, "dist/cli");
    const textOf = (name: string): string => readFileSync(path.join(folder, name), "utf8");
    const filesWith = (text: string): string[] =>
      readdirSync(folder).filter((name) => name.endsWith(".cjs") && textOf(name).includes(text));
    expect(filesWith("__dkist_core_call")).toEqual(["scripts.cjs"]);
    // By what completes, and by the command that gives the scripts, when they run.
    expect(filesWith("scripts.cjs")).toEqual(["all-commands.cjs", "answer.cjs"]);
    expect(filesWith("answer.cjs")).toEqual(["main.cjs"]);
  });
});
