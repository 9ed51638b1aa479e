/** What the user of a terminal sees of a run: in a real pseudo terminal, on the screen of an emulator. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { RunEvent } from "../../../src/model/run-events.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { inTerminal, type TerminalSession } from "../../helpers/terminal.js";
import { HEAD, isAlive, ran } from "./run-cli.js";

const LONG = "CalibrationWithANameThatIsLongerThanANarrowTerminalIsWide";
const HOSTILE = "no darks \u661f\u7a7a\u{1f52d}\u001b[2J\u001b[10A\u0007\r gone";
const MODULE = `${HEAD}
import { existsSync } from "node:fs";
/** Waits until the test lets it end. */
const until = async (name) => { while (!existsSync(process.env.RAN + "." + name)) await wait(20); };
export class First extends TaskBase { async run() { if (this.tryNumber > 1) await until("again"); throw new Error(${JSON.stringify(HOSTILE)}); } }
export class ${LONG} extends TaskBase { async run() { say("pid " + process.pid); await until("go"); } }
export class Second extends TaskBase { async run() { await until("go"); } }
export class Last extends TaskBase { run() {} }
export const flow = new Workflow({ workflowName: "flow" })
  .addNode(First).addNode(${LONG}, { upstreams: First, triggerRule: "all_done" })
  .addNode(Second, { upstreams: First, triggerRule: "all_done" }).addNode(Last, { upstreams: [${LONG}, Second] });
`;

let repo: ClientRepo;
let terminal: TerminalSession;
beforeEach(() => {
  repo = clientRepo({ "dist/workflows/flow.js": MODULE });
});
afterEach(async () => {
  terminal.close();
  await terminal.ended;
  repo.remove();
});

function start(columns: number): void {
  const parameters = ["run", "flow", "--recipe-run-id", "7", "--max-parallel", "2"];
  terminal = inTerminal(parameters, { cwd: repo.root, columns, env: { RAN: repo.file("ran") } });
}

/** What the journal of the one run says last. */
function lastEvent(): RunEvent {
  const [run = ""] = readdirSync(repo.file(".dkist-core/runs"));
  const lines = readFileSync(repo.file(`.dkist-core/runs/${run}/events.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
  return JSON.parse(lines.at(-1) ?? "") as RunEvent;
}

/** Lets tasks end that wait for it. */
function letGo(name = "go"): void {
  writeFileSync(repo.file(`ran.${name}`), "");
}

const RUNNING = /^ {2}running {10} +\d+\.\d s {2}\w/;

describe("a run in a terminal", () => {
  it("shows what runs, for how long, and what waits; then a table, the log of what failed, and how to go on", async () => {
    start(100);
    await terminal.shows(/1 of 4 done in \d+\.\d s; waiting: Last$/);
    const during = await terminal.lines();
    expect(during.filter((line) => RUNNING.test(line)).map((line) => line.trim().split(/ {2,}/)[2])).toEqual([
      LONG,
      "Second",
    ]);
    await terminal.shows(/^ {2}running +[1-9]\d*\.\d s {2}Second$/);
    letGo();
    expect(await terminal.ended).toBe(1);
    const lines = await terminal.lines();
    const run = readdirSync(repo.file(".dkist-core/runs"))[0] ?? "";
    // All that was drawn anew is gone, and what happened stands there once, in full.
    expect(lines.filter((line) => RUNNING.test(line) || line.includes(" done in "))).toEqual([]);
    const shown = String.raw`Error: no darks 星空🔭\u001b[2J\u001b[10A\u0007\u000d gone`;
    expect(lines.filter((line) => /^ {2}failed .* s {2}First: /.test(line))).toEqual([
      expect.stringMatching(/^ {2}failed +\d+\.\d s {2}First: Error/),
    ]);
    expect(lines).toContain(`First: ${shown}`);
    expect(lines).toContain(`  log: .dkist-core/runs/${run}/tasks/First/1.log`);
    expect(lines).toContain("  state    tries         time  task");
    expect(lines.filter((line) => /^ {2}success +1 +\d+\.\d s {2}\w+$/.test(line))).toHaveLength(3);
    expect(lines).toContainEqual(expect.stringMatching(/^flow_dev: .*3 success, 1 failed in \d+\.\d s$/));
    expect(lines).toContain(`  go on: dkist-core run flow --resume ${run}`);
  });

  it("leaves nothing behind on a narrow screen, nor on one that changes its width while it is drawn on", async () => {
    start(100);
    await terminal.shows(/waiting: Last/);
    for (const columns of [34, 90, 50, 20, 100]) {
      terminal.resize(columns);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const lines = await terminal.lines();
      expect({ columns, running: lines.filter((line) => line.includes("running")).length }).toEqual({
        columns,
        running: 2,
      });
      expect({ columns, waiting: lines.filter((line) => line.includes(" of 4 done")).length }).toEqual({
        columns,
        waiting: 1,
      });
      expect(lines.filter((line) => line.includes("failed"))).toHaveLength(1);
      expect(lines).toContainEqual(expect.stringMatching(/^run flow_dev, recipe run 7: /));
    }
    letGo();
    expect(await terminal.ended).toBe(1);
    expect((await terminal.lines()).filter((line) => line.includes("running"))).toEqual([]);
  });

  it("stops at Ctrl-C within 5 s, says so at once, and how to go on", async () => {
    start(100);
    await terminal.shows(/waiting: Last/);
    const began = performance.now();
    terminal.type("\u0003");
    await terminal.shows(/stopping 2 running tasks, which may take up to 4 s/);
    expect(await terminal.ended).toBe(130);
    expect(performance.now() - began).toBeLessThan(5_000);
    const pid = Number(ran(repo)[0]?.slice("pid ".length));
    expect(isAlive(pid)).toBe(false);
    const lines = await terminal.lines();
    expect(lines.filter((line) => /^ {2}stopped +1 +\d+\.\d s /.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /^ {2}not run +0 +Last$/.test(line))).toHaveLength(1);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}go on: dkist-core run flow --resume \S+-flow$/));
  });

  it("counts what an earlier session of the run has done", async () => {
    start(100);
    await terminal.shows(/waiting: Last/);
    letGo();
    await terminal.ended;
    const again = ["run", "flow", "--resume"];
    terminal = inTerminal(again, { cwd: repo.root, columns: 100, env: { RAN: repo.file("ran") } });
    await terminal.shows(/^ {2}3 of 4 done in /);
    letGo("again");
    expect(await terminal.ended).toBe(1);
    expect((await terminal.lines()).filter((line) => / {2}success +1 /.test(line))).toHaveLength(3);
  });

  it("stops when its terminal is closed, and can go on", async () => {
    start(100);
    await terminal.shows(/waiting: Last/);
    while (ran(repo).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    terminal.close();
    const pid = Number(ran(repo)[0]?.slice("pid ".length));
    while (isAlive(pid) || lastEvent().event !== "run_finished") {
      expect(performance.now() - began).toBeLessThan(5_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(lastEvent()).toMatchObject({ state: "stopped", counts: { failed: 1, none: 3 } });
  });

  it("stops at Ctrl-C before it begins, too, and leaves no run and no code", async () => {
    const wait = "await new Promise((resolve) => setTimeout(resolve, 60_000));";
    writeFileSync(repo.file("dist/workflows/flow.js"), `${MODULE}\n${wait}`);
    start(100);
    await terminal.shows(/ {2}load/);
    terminal.type("\u0003");
    expect(await terminal.ended).toBe(130);
    const said = (await terminal.lines()).join("\n");
    expect(said).toContain("run was stopped by SIGINT");
    expect(said).not.toMatch(/defect/i);
    expect(existsSync(repo.file(".dkist-core"))).toBe(false);
  });
});
