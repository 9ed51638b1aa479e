import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { runWorkflow } from "../../../src/build.js";
import { dkistCore } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { HEAD, isAlive, ran, runToEnd } from "./run-cli.js";

const MODULE = `${HEAD}
export class First extends TaskBase { run() { say(JSON.stringify({ cwd: process.cwd(), conf: this.conf, env: Object.fromEntries(Object.entries(process.env).filter(([name]) => /^DKIST_|^CODE_MOUNT/.test(name))) })); } }
export class Flaky extends TaskBase { static retries = 2; static retryDelaySeconds = 60; run() { say("Flaky " + this.tryNumber); if (this.tryNumber < 2) throw new Error("no darks yet"); } }
export class Skips extends TaskBase { run() { throw new TaskSkipped("not today"); } }
export class Fails extends TaskBase { run() { throw new Error("no frames for exposure 0.02"); } }
export class Below extends TaskBase { run() { say("Below"); } }
export class Cleanup extends TaskBase { run() { say("Cleanup"); } }
export const flow = new Workflow({ workflowName: "flow" })
  .addNode(First).addNode(Flaky, { upstreams: First }).addNode(Skips, { upstreams: First })
  .addNode(Fails, { upstreams: Flaky }).addNode(Below, { upstreams: Fails })
  .addNode(Cleanup, { upstreams: [Below, Skips], triggerRule: "all_done" });
export class Slow extends TaskBase { static executionTimeoutSeconds = 1; async run() { await wait(30_000); } }
export class Stubborn extends TaskBase { static executionTimeoutSeconds = 1; run() { say("pid " + process.pid); for (;;); } }
export const timeouts = new Workflow({ workflowName: "timeouts" }).addNode(Slow).addNode(Stubborn);
const parallel = new Workflow({ workflowName: "parallel" });
const mark = async (name) => { say("+" + name); await wait(150); say("-" + name); };
export class P1 extends TaskBase { async run() { await mark("P1"); } }
export class P2 extends TaskBase { async run() { await mark("P2"); } }
export class P3 extends TaskBase { async run() { await mark("P3"); } }
export class P4 extends TaskBase { async run() { await mark("P4"); } }
export const p = parallel.addNode(P1).addNode(P2).addNode(P3).addNode(P4);
export const broken = new Workflow({ workflowName: "broken" }).addNode(P1, { upstreams: P2 }).addNode(P2, { upstreams: P1 });
`;

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({ "dist/workflows/flow.js": MODULE });
});
afterAll(() => repo.remove());

describe("dkist-core run", () => {
  it("runs a graph with a retry, a skip and a failure as Airflow would, and tells each event", async () => {
    const conf = { wavelength: 656.28, text: "it's \u{1f52d} $(id)" };
    const { exitCode, events, states } = await runToEnd(repo, [
      ...["flow", "--recipe-run-id", "7.0", "--conf", JSON.stringify(conf), "--retry-delay", "0", "--version", "1.4.0"],
    ]);
    expect(exitCode).toBe(1);
    expect(states).toEqual({
      First: "success",
      Flaky: "success",
      Skips: "skipped",
      Fails: "failed",
      Below: "upstream_failed",
      Cleanup: "success",
    });
    const [started, ended] = [events[0], events.at(-1)];
    if (started?.event !== "run_started" || ended?.event !== "run_finished") throw new Error("not the ends of a run");
    expect(started).toMatchObject({
      workflowName: "flow",
      dagId: "flow_1.4.0",
      recipeRunId: 7,
      nodes: 6,
      resumed: false,
    });
    expect(ended).toMatchObject({
      state: "success",
      counts: { success: 3, skipped: 1, failed: 1, upstream_failed: 1 },
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        event: "task",
        taskName: "Flaky",
        state: "up_for_retry",
        tryNumber: 1,
        lastTry: 3,
        exitCode: 1,
        reason: "Error: no darks yet",
        log: "tasks/Flaky/1.log",
      }),
    );
    // What is streamed is what is kept.
    const kept = readFileSync(repo.file(`${started.folder}/events.jsonl`), "utf8")
      .trimEnd()
      .split("\n");
    expect(kept.map((line) => JSON.parse(line) as unknown)).toEqual(events);
    expect(readFileSync(repo.file(`${started.folder}/tasks/Fails/1.log`), "utf8")).toContain("no frames for exposure");
  });

  it("gives each task what the DAG gives it, and an empty working folder that is removed", () => {
    const first = JSON.parse(ran(repo)[0] ?? "") as { cwd: string; conf: unknown; env: Record<string, string> };
    expect(first.conf).toEqual({ recipe_run_id: 7, wavelength: 656.28, text: "it's \u{1f52d} $(id)" });
    expect(first.env).toMatchObject({
      DKIST_TASK: "First",
      DKIST_WORKFLOW: "flow",
      DKIST_VERSION: "1.4.0",
      DKIST_RECIPE_RUN_ID: "7",
      DKIST_DAG_ID: "flow_1.4.0",
      DKIST_RUN_ID: readdirSync(repo.file(".dkist-core/runs"))[0],
      DKIST_TRY_NUMBER: "1",
    });
    expect(first.env["DKIST_FAILURE_REPORT"]).toMatch(/\/tasks\/First\/1\.failure\.json$/);
    // Outside the client repo, whose node_modules it would see; and gone with the run.
    expect(first.env["CODE_MOUNT"]?.startsWith(repo.root)).toBe(false);
    expect(existsSync(first.env["CODE_MOUNT"] ?? repo.root)).toBe(false);
    expect(existsSync(first.cwd)).toBe(false);
    expect(ran(repo).slice(1)).toEqual(["Flaky 1", "Flaky 2", "Cleanup"]);
    expect(readFileSync(repo.file(".dkist-core/.gitignore"), "utf8")).toBe("*\n");
  });

  it("goes on with the last run: what is done is not run again, what failed is", async () => {
    const { exitCode, states, events } = await runToEnd(repo, ["flow", "--resume"]);
    expect(exitCode).toBe(1);
    expect(states).toEqual({ Fails: "failed", Below: "upstream_failed" });
    expect(events).toContainEqual(expect.objectContaining({ taskName: "Fails", state: "running", tryNumber: 2 }));
    expect(ran(repo)).toHaveLength(4);
  });

  it("runs one task alone, and again in its run when it is asked for by name", async () => {
    const { states, exitCode } = await runToEnd(repo, ["flow", "--recipe-run-id", "8", "--only", "Below"]);
    expect([exitCode, states]).toEqual([0, { Below: "success" }]);
    const again = await runToEnd(repo, ["flow", "--resume", "--recipe-run-id", "7", "--only", "Cleanup"]);
    expect([again.exitCode, again.states]).toEqual([0, { Cleanup: "success" }]);
    expect(ran(repo).slice(4)).toEqual(["Below", "Cleanup"]);
  });

  it("stops a task and its group at the execution timeout, a busy one too", async () => {
    rmSync(repo.file("ran"));
    const { exitCode, states, events } = await runToEnd(repo, ["timeouts", "--recipe-run-id", "7"]);
    expect([exitCode, states]).toEqual([1, { Slow: "failed", Stubborn: "failed" }]);
    for (const [taskName, code] of [
      ["Slow", 143],
      ["Stubborn", 137],
    ]) {
      expect(events).toContainEqual(expect.objectContaining({ taskName, state: "failed", exitCode: code }));
    }
    const pid = Number(ran(repo)[0]?.split(" ")[1]);
    expect(isAlive(pid)).toBe(false);
  });

  it.each([1, 2])("runs --max-parallel %i at once, and never more", async (most) => {
    rmSync(repo.file("ran"), { force: true });
    const { exitCode, events } = await runToEnd(repo, [
      "parallel",
      "--recipe-run-id",
      "7",
      "--max-parallel",
      `${most}`,
    ]);
    expect(exitCode).toBe(0);
    const highest = (steps: readonly number[]): number => {
      let [now, peak] = [0, 0];
      for (const step of steps) peak = Math.max(peak, (now += step));
      return peak;
    };
    const states = events.flatMap((event) => (event.event === "task" ? [event.state] : []));
    expect(highest(states.map((state) => (state === "running" ? 1 : state === "success" ? -1 : 0)))).toBe(most);
    // On a slow machine one may end before the other has come so far as to say so.
    expect(highest(ran(repo).map((line) => (line.startsWith("+") ? 1 : -1)))).toBeLessThanOrEqual(most);
    expect(ran(repo)).toHaveLength(8);
  });

  it("speaks to people: a line an event, a table, how to go on", async () => {
    const { exitCode, stdout, stderr } = await dkistCore(
      ["run", "flow", "--recipe-run-id", "9", "--retry-delay", "0"],
      {
        cwd: repo.root,
        env: { RAN: repo.file("ran") },
      },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ {2}up_for_retry +\d+\.\d s {2}Flaky, try 1 of 3: Error: no darks yet$/m);
    expect(stderr).not.toContain("\u001b");
    expect(stdout).toMatch(/^ {2}failed +1 +\d+\.\d s {2}Fails$/m);
    expect(stdout).toMatch(/^Fails: Error: no frames for exposure 0\.02\n {2}log: \S+\/tasks\/Fails\/1\.log$/m);
    expect(stdout).toMatch(/^flow_dev: .*3 success, 1 failed, 1 upstream_failed, 1 skipped in/m);
    expect(stdout).toMatch(/^ {2}go on: dkist-core run flow --resume \S+-flow$/m);
  });

  it.each([
    ["an unknown workflow", ["folw", "--recipe-run-id", "1"], "did you mean flow?"],
    ["an unknown task", ["flow", "--recipe-run-id", "1", "--only", "Clenup"], "did you mean Cleanup?"],
    ["no recipe run id", ["flow"], "--recipe-run-id"],
    ["a bad recipe run id", ["flow", "--recipe-run-id", "0"], "whole number"],
    ["a conf that is no object", ["flow", "--recipe-run-id", "1", "--conf", "[]"], "JSON object"],
    [
      "a conf of another recipe run",
      ["flow", "--recipe-run-id", "1", "--conf", '{"recipe_run_id":2}'],
      "recipe_run_id 2",
    ],
    ["a run that is not there", ["flow", "--resume", "nonsense"], "there is no run nonsense"],
    ["another version than the run's", ["flow", "--resume", "--version", "9"], "is of version"],
    ["a code zip that is not there", ["flow", "--recipe-run-id", "1", "--artifact", "x_1_code.zip"], "x_1.json"],
  ])("ends with 2 and a sentence for %s", async (_, parameters, sentence) => {
    const before = readdirSync(repo.file(".dkist-core/runs")).length;
    const { exitCode, stdout, stderr } = await dkistCore(["run", ...parameters, "--json"], { cwd: repo.root });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ event: "error", ok: false });
    expect(readdirSync(repo.file(".dkist-core/runs"))).toHaveLength(before);
  });

  it.each([
    { recipeRunId: NaN },
    { recipeRunId: -1 },
    { recipeRunId: 1.5 },
    { recipeRunId: 1, maxParallel: 0 },
    { recipeRunId: 1, maxParallel: NaN },
  ])("is refused as a function, too, with %p", async (numbers) => {
    const running = runWorkflow({ cwd: repo.root, workflow: "flow", ...numbers });
    await expect(running).rejects.toMatchObject({ code: "BAD_USAGE" });
  });

  it("shows what is wrong with the workflow, and does not mind what is wrong with another one", async () => {
    const { exitCode, stdout, stderr } = await dkistCore(["run", "broken", "--recipe-run-id", "1"], { cwd: repo.root });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("CYCLE");
  });
});
