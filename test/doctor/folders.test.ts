import { afterEach, describe, expect, it } from "@jest/globals";
import { utimesSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { readCodeMount } from "../../src/doctor/read-code-mount.js";
import { readSpoolFacts } from "../../src/doctor/read-spool.js";
import { tryFolder } from "../../src/doctor/try-folder.js";
import { buildFailureMessage, type FailureMessage } from "../../src/notify/failure-message.js";
import { keepMessage } from "../../src/notify/spool.js";
import { readTree, removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

function failureMessage(taskName: string): FailureMessage {
  const names = { workflowName: "w", workflowVersion: "1", taskName, dagId: "w_1" };
  return buildFailureMessage({ ...names, dagRunId: null, dagRunStart: null, tryNumber: 1, logUrl: null }, {});
}

describe("readCodeMount", () => {
  it.each([
    [undefined, { kind: "not set" }],
    ["", { kind: "not set" }],
    ["code", { kind: "relative", folder: "code" }],
    ["/no/such/folder", { kind: "missing", folder: "/no/such/folder" }],
    [process.execPath, { kind: "no folder", folder: process.execPath }],
    [`${process.execPath}/below`, { kind: "unreadable", reason: expect.stringContaining("ENOTDIR") }],
  ])("of %s", async (folder, expected) => {
    expect(await readCodeMount(folder)).toMatchObject(expected);
  });

  it("tells releases from what is not whole and from what is something else", async () => {
    const folder = await tempFolder({
      "vbi_1.0.0/manifest.json": "{}",
      "vbi_1.0.0/notify-failure.js": "",
      "vbi_1.0.0/tasks/Dark/run.js": "",
      "aia_2/manifest.json": "{}",
      "aia_2/notify-failure.js": "",
      "aia_2/tasks/Dark/run.js": "",
      "vbi_1.1.0/tasks/Dark/run.js": "",
      ".vbi_1.2.0.tmp/manifest.json": "{}",
      "lost+found/x": "",
      "notes.txt": "",
    });
    expect(await readCodeMount(folder)).toEqual({
      kind: "folder",
      folder,
      writable: true,
      releases: ["aia_2", "vbi_1.0.0"],
      incomplete: [{ name: "vbi_1.1.0", lacks: ["manifest.json", "notify-failure.js"] }],
    });
  });
});

describe("readSpoolFacts", () => {
  it.each([
    [undefined, { kind: "not set" }],
    ["", { kind: "not set" }],
    ["spool", { kind: "relative", folder: "spool" }],
    ["/no/such/folder", { kind: "missing", folder: "/no/such/folder" }],
    [process.execPath, { kind: "no folder", folder: process.execPath }],
    [`${process.execPath}/below`, { kind: "unreadable", reason: expect.stringContaining("ENOTDIR") }],
  ])("of %s", async (folder, expected) => {
    expect(await readSpoolFacts(folder)).toMatchObject(expected);
  });

  it("counts the messages and what is none, says since when they wait, and leaves all as it is", async () => {
    const folder = await tempFolder({ "notes.txt": "" });
    expect(await readSpoolFacts(folder)).toMatchObject({ waiting: 0, waitingSince: null, others: 1 });
    for (const [task, date] of [
      ["Dark", "2026-11-24T16:50:10.500Z"],
      ["Gain", "2026-11-20T08:00:00.000Z"],
    ] as const) {
      const time = new Date(date);
      utimesSync(keepMessage(folder, failureMessage(task)), time, time);
    }
    const before = await readTree(folder);
    expect(await readSpoolFacts(folder)).toEqual({
      kind: "folder",
      folder,
      writable: true,
      waiting: 2,
      waitingSince: "2026-11-20T08:00:00Z",
      others: 1,
      isCut: false,
    });
    expect(await readTree(folder)).toEqual(before);
  });
});

describe("tryFolder", () => {
  it("leaves nothing behind, and says how much room there is", async () => {
    const folder = await tempFolder();
    const facts = await tryFolder(folder);
    expect(facts).toEqual({ folder, refusal: undefined, freeBytes: expect.any(Number) });
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says why it cannot write", async () => {
    const folder = path.join(await tempFolder(), "missing");
    expect(await tryFolder(folder)).toMatchObject({ refusal: expect.stringContaining("ENOENT"), freeBytes: undefined });
  });
});
