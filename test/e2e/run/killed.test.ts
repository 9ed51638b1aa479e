import { afterEach, describe, expect, it } from "@jest/globals";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";
import type { RunEvent } from "../../../src/model/run-events.js";
import { HEAD, isAlive, ran, runToEnd, startRun } from "./run-cli.js";

const NAMES = ["T0", "T1", "T2", "T3", "T4", "T5", "T6", "T7"];
/** Two chains that meet; each task writes its name when it is done, and not before. */
const CHAINS = `${HEAD}
${NAMES.map((name) => `export class ${name} extends TaskBase { async run() { await wait(120); say("${name}"); } }`).join("\n")}
export const chains = new Workflow({ workflowName: "chains" })
  .addNode(T0).addNode(T1)
  .addNode(T2, { upstreams: T0 }).addNode(T3, { upstreams: T1 })
  .addNode(T4, { upstreams: T2 }).addNode(T5, { upstreams: T3 })
  .addNode(T6, { upstreams: [T4, T5] }).addNode(T7, { upstreams: T6 });
`;
const GROUPS = `${HEAD}
import { spawn } from "node:child_process";
export class Parent extends TaskBase { async run() {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  say("pid " + child.pid); say("pid " + process.pid);
  await wait(60_000);
} }
export class Busy extends TaskBase { run() { say("pid " + process.pid); for (;;); } }
export class After extends TaskBase { run() { say("After"); } }
export const groups = new Workflow({ workflowName: "groups" }).addNode(Parent).addNode(Busy).addNode(After, { upstreams: [Parent, Busy] });
`;

let repo: ClientRepo;
afterEach(() => repo.remove());

function pids(): number[] {
  return ran(repo).flatMap((line) => (line.startsWith("pid ") ? [Number(line.slice(4))] : []));
}

/** Kills what the tasks run in, as a machine does that goes down. */
function killTasks(): void {
  const runs = repo.file(".dkist-core/runs");
  const names = existsSync(runs) ? readdirSync(runs, { recursive: true, encoding: "utf8" }) : [];
  for (const name of names.filter((one) => one.endsWith(".pid"))) {
    const pid = Number(readFileSync(path.join(runs, name), "utf8"));
    if (pid > 1 && isAlive(pid)) process.kill(-pid, "SIGKILL");
  }
}

function doneTasks(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.event === "task" && event.state === "success" ? [event.taskName] : []));
}

/** What is told of tasks that were done before. */
function toldAgain(events: readonly RunEvent[], done: ReadonlySet<string>): RunEvent[] {
  return events.filter((event) => event.event === "task" && done.has(event.taskName));
}

/** The folders that runs of this client repo have made outside it. */
function codeFolders(): string[] {
  const links = repo.file(".dkist-core/code");
  const names = existsSync(links) ? readdirSync(links) : [];
  return names.map((name) => path.join(tmpdir(), name.slice(name.indexOf("dkist-core-run-"))));
}

describe("a run that is killed", () => {
  const kills = soakRounds("DKIST_SOAK_KILLS", 4);

  it(`goes on at any of ${kills} moments: it comes to its end, and no task that was done runs again`, async () => {
    repo = clientRepo({ "dist/workflows/chains.js": CHAINS });
    const began = performance.now();
    expect((await runToEnd(repo, ["chains", "--recipe-run-id", "1"])).exitCode).toBe(0);
    const whole = performance.now() - began;
    for (let killed = 0; killed < kills;) {
      rmSync(repo.file("ran"), { force: true });
      rmSync(repo.file(".dkist-core"), { recursive: true, force: true });
      const done = new Set<string>();
      const killedTasks = new Set<string>();
      const moments: string[] = [];
      // A run may be killed more than once before it comes to its end, and its tasks with it or not.
      for (let times = 1 + Math.floor(Math.random() * 3); times > 0 && killed < kills; times -= 1, killed += 1) {
        const run = startRun(repo, ["chains", "--resume", "--recipe-run-id", "7"]);
        const moment = Math.random() * whole;
        await new Promise((resolve) => setTimeout(resolve, moment));
        run.kill("SIGKILL");
        await run.ended;
        const withTasks = Math.random() < 0.3;
        if (withTasks) killTasks();
        moments.push(`${moment.toFixed(0)} ms${withTasks ? " with its tasks" : ""}`);
        expect({ moments, again: toldAgain(run.events, done) }).toEqual({ moments, again: [] });
        for (const taskName of doneTasks(run.events)) done.add(taskName);
        if (withTasks) for (const taskName of NAMES.filter((one) => !done.has(one))) killedTasks.add(taskName);
      }
      const { exitCode, events, stderr } = await runToEnd(repo, ["chains", "--resume", "--recipe-run-id", "7"]);
      expect({ moments, exitCode, stderr }).toEqual({ moments, exitCode: 0, stderr: expect.any(String) });
      expect({ moments, again: toldAgain(events, done) }).toEqual({ moments, again: [] });
      expect(events.at(-1)).toMatchObject({ state: "success", counts: { success: 8 } });
      // Once each: neither those that were done, nor those that ended unseen, nor those that outlived the kill. Only one
      // that was killed itself may have said so before, and then again.
      const said = ran(repo).filter((name, index, all) => !killedTasks.has(name) || all.indexOf(name) === index);
      expect({ moments, said: said.sort() }).toEqual({ moments, said: NAMES });
      expect({ moments, left: codeFolders() }).toEqual({ moments, left: [] });
      countInSoak({ "runs killed and resumed": 1, "moments killed": moments.length, "tasks checked": NAMES.length });
    }
  });

  it("drops a torn last line of its journal", async () => {
    repo = clientRepo({ "dist/workflows/chains.js": CHAINS });
    await runToEnd(repo, ["chains", "--recipe-run-id", "7", "--only", "T0"]);
    const [run] = readdirSync(repo.file(".dkist-core/runs"));
    const journal = repo.file(`.dkist-core/runs/${run ?? ""}/events.jsonl`);
    appendFileSync(journal, '{"event":"task","taskName":"T0","sta');
    expect((await runToEnd(repo, ["chains", "--resume"])).exitCode).toBe(0);
    for (const line of readFileSync(journal, "utf8").trimEnd().split("\n")) JSON.parse(line);
    expect(ran(repo)).toEqual(["T0"]);
  });

  it("starts a new run where --resume finds none, so that a loop needs no case for the first time", async () => {
    repo = clientRepo({ "dist/workflows/chains.js": CHAINS });
    expect((await runToEnd(repo, ["chains", "--resume", "--recipe-run-id", "7", "--only", "T1"])).exitCode).toBe(0);
    expect(ran(repo)).toEqual(["T1"]);
  });
});

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, code) => {
  it(`ends every process of every task within 5 s, exits ${code}, and the run can go on`, async () => {
    repo = clientRepo({ "dist/workflows/groups.js": GROUPS });
    const run = startRun(repo, ["groups", "--recipe-run-id", "7", "--max-parallel", "2"]);
    while (pids().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    run.kill(signal);
    const { exitCode } = await run.ended;
    expect(exitCode).toBe(code);
    expect(performance.now() - began).toBeLessThan(5_000);
    while (pids().some(isAlive) && performance.now() - began < 5_000)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pids().filter(isAlive)).toEqual([]);
    expect(run.events.at(-1)).toMatchObject({ event: "run_finished", state: "stopped", counts: { none: 3 } });
    expect(ran(repo)).not.toContain("After");
  });
});

describe("two at once", () => {
  it("refuses to go on with a run that is under way", async () => {
    repo = clientRepo({ "dist/workflows/groups.js": GROUPS });
    const run = startRun(repo, ["groups", "--recipe-run-id", "7"]);
    await run.reached("Parent", "running");
    const { exitCode, stderr } = await runToEnd(repo, ["groups", "--resume"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`is under way in process ${run.pid}`);
    run.kill("SIGTERM");
    expect((await run.ended).exitCode).toBe(143);
  });
});
