import { afterEach, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { listProcess } from "../../../src/cli/completion/list-process.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { isAlive } from "../../e2e/run/run-cli.js";

afterEach(removeFolders);

/** A program in place of `dkist-core`; it writes its own process id and that of a child, which waits for ever. */
const stuck = (end: string): string => `
const { spawn } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "inherit" });
writeFileSync(process.argv[5] + "/pids", process.pid + " " + child.pid);
${end}
`;

async function pidsOf(root: string): Promise<number[]> {
  while (!existsSync(path.join(root, "pids"))) await new Promise((resolve) => setTimeout(resolve, 10));
  return readFileSync(path.join(root, "pids"), "utf8").split(" ").map(Number);
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("listing in a process of its own", () => {
  it("gives the result of list", async () => {
    const root = await tempFolder({
      "p.cjs": "console.log(JSON.stringify({ result: { asked: process.argv.slice(2) } }))",
    });
    const list = listProcess(path.join(root, "p.cjs"), 30);
    expect(await list("/repo", null)).toEqual({ asked: ["list", "--json", "--cwd", "/repo"] });
    expect(await list("/repo", "c.yaml")).toEqual({
      asked: ["list", "--json", "--cwd", "/repo", "--config", "c.yaml"],
    });
  });

  it.each([
    ["says nothing", ""],
    ["fails", "process.exit(2)"],
    ["prints what is no document", 'console.log("hello")'],
    ["has no result", "console.log(JSON.stringify({ result: null }))"],
  ])("gives nothing when it %s", async (_, program) => {
    const root = await tempFolder({ "p.cjs": program });
    expect(await listProcess(path.join(root, "p.cjs"), 30)(root, null)).toBeUndefined();
  });

  it.each([
    ["is busy for ever", "for (;;);"],
    ["waits for ever", "setInterval(() => {}, 1000);"],
    ["does not listen", 'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); for (;;);'],
  ])("leaves no process when it %s", async (_, end) => {
    const root = await tempFolder({ "p.cjs": stuck(end) });
    const pids = pidsOf(root);
    expect(await listProcess(path.join(root, "p.cjs"), 3)(root, null)).toBeUndefined();
    await gone(await pids);
  });

  it("leaves no process of one that has ended", async () => {
    const root = await tempFolder({
      "p.cjs": stuck("child.unref(); process.exit();").replace('"inherit"', '"ignore"'),
    });
    expect(await listProcess(path.join(root, "p.cjs"), 30)(root, null)).toBeUndefined();
    await gone(await pidsOf(root));
  });
});
