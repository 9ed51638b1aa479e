import { afterEach, describe, expect, it } from "@jest/globals";
import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
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

describe("a run that is killed", () => {
  it("goes on at any moment: it comes to its end, and no task that was done runs again", async () => {
    repo = clientRepo({ "dist/workflows/chains.js": CHAINS });
    const clean = await runToEnd(repo, ["chains", "--recipe-run-id", "1"]);
    const { seconds } = clean.events.at(-1) as { seconds: number };
    for (let round = 0; round < 4; round += 1) {
      rmSync(repo.file("ran"), { force: true });
      rmSync(repo.file(".dkist-core"), { recursive: true, force: true });
      const run = startRun(repo, ["chains", "--recipe-run-id", "7"]);
      await run.reached("T0", "running");
      await new Promise((resolve) => setTimeout(resolve, Math.random() * seconds * 1000));
      run.kill("SIGKILL");
      await run.ended;
      const doneBefore = run.events.flatMap((event) =>
        event.event === "task" && event.state === "success" ? [event.taskName] : [],
      );
      const { exitCode, events } = await runToEnd(repo, ["chains", "--resume"]);
      expect([exitCode, events.at(-1)]).toEqual([0, expect.objectContaining({ counts: { success: 8 } })]);
      // Once each: neither those that were done, nor those that ended unseen, nor those that outlived the kill.
      expect(ran(repo).sort()).toEqual(NAMES);
      const again = events.filter((event) => event.event === "task" && doneBefore.includes(event.taskName));
      expect(again).toEqual([]);
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
    repo = clientRepo({ "dist/workflows/chains.js": CHAINS });
    const run = startRun(repo, ["chains", "--recipe-run-id", "7"]);
    await run.reached("T0", "running");
    const { exitCode, stderr } = await runToEnd(repo, ["chains", "--resume"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`is under way in process ${run.pid}`);
    expect((await run.ended).exitCode).toBe(0);
  });
});
