import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { makeFixtureRelease, runTaskProcess, type FixtureRelease } from "./task-process.js";

let release: FixtureRelease;
beforeAll(() => {
  release = makeFixtureRelease();
});
afterAll(() => release.remove());

const ALL_PHASES = ["setup", "preRun", "run", "postRun", "recordProvenance", "teardown"];
const UNTIL_RUN = ["setup", "preRun", "run", "teardown"];

describe("how a task ends", () => {
  it.each([
    // what the task does, exit code, name and message in the failure report, phases
    ["nothing", 0, undefined, undefined, ALL_PHASES],
    ["throw an error", 1, "RangeError", "frame 7 is out of range", UNTIL_RUN],
    ["throw undefined", 1, "NonError", "undefined", UNTIL_RUN],
    ["throw null", 1, "NonError", "null", UNTIL_RUN],
    ["throw a string", 1, "NonError", "plain words", UNTIL_RUN],
    ["throw an object", 1, "NonError", "{ reason: 'an object' }", UNTIL_RUN],
    ["throw a hostile object", 1, "NonError", expect.any(String), UNTIL_RUN],
    ["reject with nothing", 1, "NonError", "undefined", UNTIL_RUN],
    ["throw TaskSkipped", 99, undefined, undefined, UNTIL_RUN],
    ["throw with a network code", 75, "Error", "connect ECONNREFUSED 10.0.0.1:5432", UNTIL_RUN],
    ["throw fetch failed", 75, "TypeError", "fetch failed: getaddrinfo ENOTFOUND db", UNTIL_RUN],
    ["throw an error with exitCode 75", 75, "Error", "the archive is down", UNTIL_RUN],
    ["never settle", 70, "TaskDidNotFinish", expect.stringContaining("nothing in the process can settle"), UNTIL_RUN],
    ["exit 0", 70, "TaskDidNotFinish", expect.stringContaining("process.exit"), ["setup", "preRun", "run"]],
    ["exit 3", 70, "TaskDidNotFinish", expect.stringContaining("process.exit"), ["setup", "preRun", "run"]],
    ["exit 99", 70, "TaskDidNotFinish", expect.stringContaining("process.exit"), ["setup", "preRun", "run"]],
    ["exit 256", 70, "TaskDidNotFinish", expect.stringContaining("process.exit"), ["setup", "preRun", "run"]],
    ["reject in the background", 1, "Error", "nobody waits for me", UNTIL_RUN],
    ["throw in a timer", 1, "Error", "in a timer", UNTIL_RUN],
    ["leave a server open", 0, undefined, undefined, ALL_PHASES],
    ["leave an interval", 0, undefined, undefined, ALL_PHASES],
  ] as const)("%s: exit %i", async (deed, code, errorName, errorMessage, phases) => {
    const result = await runTaskProcess(release, { conf: { do: deed } });

    expect(result).toMatchObject({ code, phases });
    expect(result.report).toEqual(errorName && { errorName, errorMessage, exitCode: code });
  });

  it("names the author's source lines in the stack", async () => {
    const { stdout } = await runTaskProcess(release, { conf: { do: "throw an error" } });

    expect(stdout).toMatch(/ERROR \| {5}at \S*FixtureTask\.\S* .*test\/runtime\/fixture-task\.ts:\d+:\d+\)$/m);
    expect(stdout).not.toContain("task.js:");
  });

  it("cannot be turned into a success by other exit listeners, or by taking ours away", async () => {
    const set = await runTaskProcess(release, { conf: { do: "set exitCode 0 and throw" } });
    const removed = await runTaskProcess(release, { conf: { do: "remove all listeners and exit" } });

    expect(set.report).toMatchObject({ errorMessage: "after all" });
    expect(removed.code).toBe(70);
  });

  it("ends within 3 s although handles are open, and says which", async () => {
    const result = await runTaskProcess(release, { conf: { do: "leave a server open" } });

    expect(result.stdout).toMatch(/WARN .*keeps the process alive.* open=TCPServerWrap/);
    expect(result.seconds).toBeLessThan(4);
  });

  it("does not mind a clock that is set back while it runs", async () => {
    const result = await runTaskProcess(release, { conf: { do: "set the clock back" } });

    expect(result).toMatchObject({ code: 0, phases: ALL_PHASES });
    expect(Number(/task done seconds=([\d.]+)$/m.exec(result.stdout)?.[1])).toBeLessThan(60);
  });

  it("ends all the same where its failure report cannot be kept, be it below /proc or on a full disk", async () => {
    for (const place of ["/proc/none/report/failure.json", "/dev/full", "/no/such/folder/failure.json"]) {
      const env = { DKIST_FAILURE_REPORT: place };
      const result = await runTaskProcess(release, { conf: { do: "throw an error" }, env });

      expect(result.code).toBe(1);
      expect(result.stdout).toContain("the failure report cannot be kept");
      expect(result.seconds).toBeLessThan(10);
    }
  });

  it("does not wait for a child that holds stdout", async () => {
    const result = await runTaskProcess(release, { conf: { do: "leave a child that holds stdout" } });

    expect(result.code).toBe(0);
    expect(result.seconds).toBeLessThan(2.5);
  });

  it.each([
    ["done", "reject after the end"],
    ["skipped", "skip itself and reject after the end"],
  ])("%s, fails when something goes wrong after the end, and reports it", async (end, deed) => {
    const result = await runTaskProcess(release, { conf: { do: deed } });

    expect(result).toMatchObject({ code: 1, report: { errorName: "Error", errorMessage: "too late", exitCode: 1 } });
    expect(result.stdout).toMatch(new RegExp(`task ${end} .*\\n.*too late[^]*ERROR .*task failed exitCode=1`));
  });

  it("fails by SIGABRT when it is out of memory, as no code can run any more", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "run out of memory" },
      nodeArgs: ["--max-old-space-size=30"],
    });

    expect(result.signal).toBe("SIGABRT");
  });

  it.each([
    ["setup", ["setup", "teardown"]],
    ["preRun", ["setup", "preRun", "teardown"]],
    ["postRun", ["setup", "preRun", "run", "postRun", "teardown"]],
    ["recordProvenance", ALL_PHASES],
    ["teardown", ALL_PHASES],
  ])("an error in %s fails it, and teardown runs once", async (phase, phases) => {
    const result = await runTaskProcess(release, { conf: { do: "throw an error", in: phase } });

    expect(result).toMatchObject({ code: 1, phases, report: { errorName: "RangeError" } });
  });

  it("never settling in teardown is found, too", async () => {
    const result = await runTaskProcess(release, { conf: { do: "never settle", in: "teardown" } });

    expect(result).toMatchObject({ code: 70, phases: ALL_PHASES });
  });

  it("skipping itself and then failing to tear down is a failure", async () => {
    const result = await runTaskProcess(release, { conf: { do: "throw TaskSkipped", in: ["run", "teardown"] } });

    expect(result.code).toBe(1);
  });

  it("rolls back only when asked to", async () => {
    const result = await runTaskProcess(release, { args: ["--rollback"] });

    expect(result).toMatchObject({ code: 0, phases: ["setup", "rollback", "teardown"] });
  });
});

describe("while its module is loaded", () => {
  it.each([
    ["calls process.exit(0)", "() => process.exit(0)", 70, /process\.exit was called/],
    ["throws", "() => { throw new Error('at load') }", 1, /at load/],
    ["needs what is not there", "() => require(String('no-such-package'))", 78, /Cannot find module 'no-such-package'/],
    ["never settles", "() => new Promise(() => {})", 70, /nothing in the process can settle/],
    ["holds no task", "() => class {}", 78, /no class of that name/],
    [
      "holds a class without run",
      "() => import('./src/authoring/task.ts').then((m) => m.TaskBase)",
      78,
      /no class of that name/,
    ],
  ])("a module that %s", async (_what, loader, code, words) => {
    const broken = makeFixtureRelease(loader);
    try {
      const run = await runTaskProcess(broken);
      const check = await runTaskProcess(broken, { args: ["--check"], env: { DKIST_RECIPE_RUN_ID: "" } });

      expect(run).toMatchObject({ code, phases: [] });
      expect(run.stdout).toMatch(words);
      expect(check.code).toBe(code);
    } finally {
      broken.remove();
    }
  });
});

describe("--check", () => {
  it("loads the task, runs nothing of it, and needs no input", async () => {
    const result = await runTaskProcess(release, {
      args: ["--check"],
      env: { DKIST_RECIPE_RUN_ID: "", DKIST_WORKFLOW: "", DKIST_VERSION: "" },
    });

    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "", phases: [] });
  });
});

describe("input", () => {
  it("reaches the task", async () => {
    const result = await runTaskProcess(release, {
      args: ["--recipe-run-id", "42.0"],
      conf: { do: "show the context" },
      env: { DKIST_TRY_NUMBER: "3" },
    });

    const shown = /^CONTEXT (.*)$/m.exec(result.stdout)?.[1] ?? "{}";
    expect(JSON.parse(shown)).toEqual({
      recipeRunId: 42,
      workflowName: "l0_to_l1_test",
      workflowVersion: "1.0.0",
      taskName: "FixtureTask",
      tryNumber: 3,
      conf: { do: "show the context" },
      libraryVersions: { "left-pad": "1.3.0" },
      asset: `${release.root}/fixture_1.0.0/assets/a/b.fits`,
    });
  });

  it("that is wrong ends with 64, one line, and a report", async () => {
    const result = await runTaskProcess(release, {
      env: { DKIST_RECIPE_RUN_ID: "x", DKIST_VERSION: "", DKIST_LOG_FORMAT: "xml" },
    });

    expect(result).toMatchObject({ code: 64, phases: [], report: { exitCode: 64 } });
    expect(result.stdout.trim().split("\n")).toHaveLength(1);
    expect(result.stdout).toMatch(/DKIST_RECIPE_RUN_ID .* whole number.*DKIST_VERSION .* is required/);
  });

  it("that asks for another log format than there is ends with 64", async () => {
    const result = await runTaskProcess(release, { env: { DKIST_LOG_FORMAT: "xml" } });

    expect(result.code).toBe(64);
  });

  it.each([
    ["another machine", { packages: [], native: { platform: "sunos", arch: "sparc", libc: null } }, /sunos-sparc/],
    ["another libc", { packages: [], native: { ...machine(), libc: "other" } }, /-other/],
    ["no JSON object", null, undefined],
  ])("task.json for %s", async (_what, facts, refusal) => {
    const other = makeFixtureRelease();
    try {
      other.writeFacts(facts);
      const result = await runTaskProcess(other);

      expect(result.code).toBe(refusal === undefined ? 0 : 78);
      if (refusal !== undefined) expect(result.stdout).toMatch(refusal);
    } finally {
      other.remove();
    }
  });
});

describe("output", () => {
  it.each([
    ["log 1 MB", 0],
    ["log 1 MB and exit", 70],
    ["log 1 MB and throw", 1],
  ])("%s: it arrives whole, exit %i", async (deed, code) => {
    const result = await runTaskProcess(release, { conf: { do: deed } });

    expect(result.code).toBe(code);
    expect(/x{1000,}/.exec(result.stdout)?.[0]).toHaveLength(1_000_000);
    expect(result.stdout.trimEnd().split("\n").at(-1)).toMatch(/task (done|failed)/);
  });

  it("survives a reader that goes away", async () => {
    const result = await runTaskProcess(release, { conf: { do: "log and go on" }, closeStdout: true });

    expect(result).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  it("shows no secret, whoever prints it", async () => {
    const env = { FIXTURE_PASSWORD: 'hunter"22\\x' };
    const printed = await runTaskProcess(release, { conf: { do: "print secrets" }, env });
    const thrown = await runTaskProcess(release, { conf: { do: "throw a secret" }, env });
    const json = await runTaskProcess(release, {
      conf: { do: "print secrets" },
      env: { ...env, DKIST_LOG_FORMAT: "json" },
    });

    for (const { stdout, stderr, report } of [printed, thrown, json]) {
      expect(`${stdout}${stderr}${JSON.stringify(report)}`).not.toMatch(/hunter/);
    }
    expect(printed.stdout).toMatch(/with fields password=\[redacted\] value=/);
    expect(printed.stderr).toBe("to stderr [redacted]\n");
    expect(thrown.report).toMatchObject({
      errorMessage: "login with [redacted] and password=[redacted] refused",
    });
  });

  it("keeps an event in one line that no terminal obeys", async () => {
    const { stdout } = await runTaskProcess(release, { conf: { do: "log hostile text" } });

    expect(stdout).toMatch(
      /INFO {2}one\\ntwo \\u001b\[2J\\u202e end a_b="x\\n2026-01-01T00:00:00\.000Z INFO {2}forged"$/m,
    );
  });

  it("is a JSON object a line where asked for", async () => {
    const { stdout } = await runTaskProcess(release, {
      conf: { do: "log hostile text" },
      env: { DKIST_LOG_FORMAT: "json", DKIST_TRY_NUMBER: "2" },
    });
    const events = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(events).toEqual([
      expect.objectContaining({ level: "INFO", message: "task starts", recipeRunId: 7, try: 2 }),
      expect.objectContaining({ message: "one\ntwo \u001b[2J\u202e end" }),
      expect.objectContaining({ message: "task done", seconds: expect.any(Number) }),
    ]);
  });
});

function machine(): object {
  return { platform: process.platform, arch: process.arch };
}
