import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dagRunConf } from "../../src/engine/dag-run-conf.js";
import { appendEvent, readEvents } from "../../src/engine/journal.js";
import { createRun, listRuns, lockRun, removeLock, RUNS_FOLDER } from "../../src/engine/run-folder.js";
import type { RunEvent } from "../../src/model/run-events.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const RECORD = { workflowName: "flow", version: "1", recipeRunId: 7, conf: "{}", artifact: null, only: null };
const NOW = new Date("2026-01-02T03:04:05.678Z");
const EVENT: RunEvent = {
  event: "task",
  at: NOW.toISOString(),
  taskName: "A",
  state: "success",
  tryNumber: 1,
  lastTry: 1,
};

describe("createRun and listRuns", () => {
  it("name runs so that they sort by time, and keep them to this user", async () => {
    const root = await tempFolder();
    const first = createRun(root, RECORD, NOW);
    const second = createRun(root, RECORD, NOW);
    const third = createRun(root, { ...RECORD, workflowName: "another" }, new Date(NOW.getTime() + 1));
    expect([first.runId, second.runId]).toEqual(["20260102T030405678Z-flow", "20260102T030405678Z-flow-2"]);
    expect(listRuns(root)).toEqual([first, second, third]);
    expect(statSync(path.join(root, RUNS_FOLDER)).mode & 0o077).toBe(0);
  });

  it("take nothing for a run that is not complete", async () => {
    const root = await tempFolder();
    expect(listRuns(root)).toEqual([]);
    const { runId } = createRun(root, RECORD, NOW);
    mkdirSync(path.join(root, RUNS_FOLDER, "no-record"));
    mkdirSync(path.join(root, RUNS_FOLDER, "torn"));
    writeFileSync(path.join(root, RUNS_FOLDER, "torn", "run.json"), '{"formatVersion": 1, "run');
    expect(listRuns(root).map((run) => run.runId)).toEqual([runId]);
  });

  it("says what cannot be written", async () => {
    const root = await tempFolder({ ".dkist-core": "a file" });
    expect(() => createRun(root, RECORD, NOW)).toThrow(expect.objectContaining({ code: "WRITE_FAILED" }));
  });
});

describe("lockRun", () => {
  it("lets one process in at a time, and takes over from one that is gone", async () => {
    const folder = await tempFolder();
    const unlock = lockRun(folder);
    expect(() => lockRun(folder)).toThrow(`is under way in process ${process.pid}`);
    unlock();
    // The id of a process that runs, but of another one.
    writeFileSync(path.join(folder, "lock"), `${process.pid} some other program`);
    lockRun(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves the lock of another process alone, whoever was taken for its holder", async () => {
    const folder = await tempFolder();
    const lock = path.join(folder, "lock");
    const unlock = lockRun(folder);
    // Taken over while this process was thought dead.
    writeFileSync(lock, "1 another program");
    unlock();
    removeLock(lock, "2 a program that was killed");
    expect(readFileSync(lock, "utf8")).toBe("1 another program");
    removeLock(lock, "1 another program");
    removeLock(lock, "1 another program");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("the journal", () => {
  it("reads back what was appended, without a torn line, and goes on in a new line", async () => {
    const file = path.join(await tempFolder(), "events.jsonl");
    expect(readEvents(file)).toEqual([]);
    appendEvent(file, EVENT);
    writeFileSync(file, `${readFileSync(file, "utf8")}{"event":"ta`);
    expect(readEvents(file)).toEqual([EVENT]);
    appendEvent(file, EVENT);
    expect(readEvents(file)).toEqual([EVENT, EVENT]);
  });
});

describe("dagRunConf", () => {
  it("is what the DAG hands on: the recipe run id in it, ASCII alone", () => {
    expect(dagRunConf(7, '{"text": "é\u{1f52d}\u007f"}')).toBe(
      '{"recipe_run_id":7,"text":"\\u00e9\\ud83d\\udd2d\\u007f"}',
    );
    expect(dagRunConf(7, undefined)).toBe('{"recipe_run_id":7}');
    expect(dagRunConf(7, '{"recipe_run_id":7.0}')).toBe('{"recipe_run_id":7}');
  });

  it.each([
    ["{", "not JSON"],
    ["[1]", "must be a JSON object"],
    ["null", "must be a JSON object"],
    ['{"recipe_run_id": 8}', "says recipe_run_id 8, not 7"],
    [JSON.stringify({ text: "x".repeat(100_000) }), "100029 bytes"],
  ])("refuses %.20s", (text, sentence) => {
    expect(() => dagRunConf(7, text)).toThrow(sentence);
  });
});
