import { afterEach, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findTaskProcess, startTaskProcess, type TaskProcessSpec } from "../../src/engine/task-process.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

async function spec(program: string): Promise<TaskProcessSpec> {
  const folder = await tempFolder({ "run.js": program });
  const file = (name: string): string => path.join(folder, name);
  return {
    nodeArguments: [file("run.js")],
    env: { PATH: process.env["PATH"], SAID: file("said") },
    cwd: folder,
    log: file("1.log"),
    marks: { pid: file("1.pid"), exit: file("1.exit") },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("startTaskProcess", () => {
  it.each([
    ["its exit code", "process.exit(99)", 99],
    ["128 and the number of the signal that ended it", 'process.kill(process.pid, "SIGKILL")', 137],
  ])("tells %s, and leaves it behind", async (_, program, exitCode) => {
    const given = await spec(program);
    expect(await startTaskProcess(given).ended).toBe(exitCode);
    expect(readFileSync(given.marks.exit, "utf8")).toBe(`${exitCode}\n`);
    expect(findTaskProcess(given.marks)).toEqual({ kind: "ended", exitCode });
  });

  it("logs what the task writes to both streams, to the last byte", async () => {
    const given = await spec('process.stdout.write("x".repeat(300000)); console.error("end")');
    await startTaskProcess(given).ended;
    expect(readFileSync(given.log, "utf8")).toBe(`${"x".repeat(300_000)}end\n`);
  });

  it("waits for a task that winds up when it is stopped", async () => {
    const given = await spec(
      'const fs = require("node:fs"); process.on("SIGTERM", () => setTimeout(() => { fs.writeFileSync(process.env.SAID, "wound up"); process.exit(143); }, 300)); fs.writeFileSync(process.env.SAID, "ready"); setInterval(() => {}, 1000);',
    );
    const task = startTaskProcess(given);
    const said = given.env["SAID"] ?? "";
    await until(() => existsSync(said) && readFileSync(said, "utf8") === "ready");
    task.stop();
    expect(await task.ended).toBe(143);
    expect(readFileSync(said, "utf8")).toBe("wound up");
  });

  it("does not start a try that somebody else has taken", async () => {
    const given = await spec('require("node:fs").writeFileSync(process.env.SAID, "ran")');
    writeFileSync(given.marks.pid, "");
    expect(await startTaskProcess(given).ended).toBe(75);
    expect(existsSync(given.env["SAID"] ?? "")).toBe(false);
  });

  it("says in the log why it could not start", async () => {
    const given = { ...(await spec("")), cwd: "/nowhere" };
    expect(await startTaskProcess(given).ended).toBe(71);
    expect(readFileSync(given.log, "utf8")).toContain("could not be started");
  });
});

describe("findTaskProcess", () => {
  it("takes up what still runs, and tells how it ends", async () => {
    const given = await spec("setTimeout(() => process.exit(7), 400)");
    const own = startTaskProcess(given);
    await until(() => existsSync(given.marks.pid) && readFileSync(given.marks.pid, "utf8") !== "");
    const found = findTaskProcess(given.marks);
    if (found.kind !== "running") throw new Error(found.kind);
    expect(await found.process.ended).toBe(7);
    await own.ended;
  });

  it("can stop what it has taken up", async () => {
    const given = await spec('require("node:fs").writeFileSync(process.env.SAID, ""); setInterval(() => {}, 1000)');
    const own = startTaskProcess(given);
    await until(() => existsSync(given.env["SAID"] ?? ""));
    const found = findTaskProcess(given.marks);
    if (found.kind !== "running") throw new Error(found.kind);
    found.process.stop();
    expect(await found.process.ended).toBe(143);
    await own.ended;
  });

  it("finds nothing where nothing started, and lets nothing start late", async () => {
    const given = await spec('require("node:fs").writeFileSync(process.env.SAID, "ran")');
    expect(findTaskProcess(given.marks)).toEqual({ kind: "gone" });
    expect(await startTaskProcess(given).ended).toBe(75);
    expect(existsSync(given.env["SAID"] ?? "")).toBe(false);
  });

  it("does not take another process of the same id for the task", async () => {
    const given = await spec("");
    writeFileSync(given.marks.pid, `${process.pid}\n`);
    expect(findTaskProcess(given.marks)).toEqual({ kind: "gone" });
  });
});
