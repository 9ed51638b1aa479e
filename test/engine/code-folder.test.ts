import { afterEach, describe, expect, it } from "@jest/globals";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { openCodeFolder } from "../../src/engine/code-folder.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const LINKS = ".dkist-core/code";
const NAME = "dkist-core-run-0";

/** A process id that no process has any more. */
function goneProcess(): number {
  return spawnSync(process.execPath, ["-e", "0"]).pid;
}

/** A client repo with what a killed run has left, and the code folder itself. */
async function left({ pid = goneProcess(), host = hostname(), name = NAME, target = NAME } = {}) {
  const root = await tempFolder();
  const codeMount = path.join(await tempFolder(), target);
  mkdirSync(path.join(codeMount, "client_1/tasks"), { recursive: true });
  mkdirSync(path.join(root, LINKS), { recursive: true });
  const link = path.join(root, LINKS, `${host}.${pid}.${name}`);
  symlinkSync(codeMount, link);
  return { root, codeMount, link };
}

describe("openCodeFolder", () => {
  it("lays code outside the client repo, for this user alone, and takes all of it away again", async () => {
    const root = await tempFolder();
    const code = await openCodeFolder(root);
    await code.lay([
      { path: "client_1/tasks/A/run.js", content: Buffer.from("1"), executable: false },
      { path: "client_1/tasks/A/tool", content: Buffer.from("#!"), executable: true },
    ]);
    expect(code.codeMount.startsWith(root)).toBe(false);
    expect(statSync(code.codeMount).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(code.codeMount, "client_1/tasks/A/run.js"), "utf8")).toBe("1");
    expect(statSync(path.join(code.codeMount, "client_1/tasks/A/tool")).mode & 0o111).not.toBe(0);
    const [link = ""] = readdirSync(path.join(root, LINKS));
    expect(readlinkSync(path.join(root, LINKS, link))).toBe(code.codeMount);
    await code.remove();
    expect([existsSync(code.codeMount), readdirSync(path.join(root, LINKS))]).toEqual([false, []]);
  });

  it("says what cannot be written", async () => {
    const code = await openCodeFolder(await tempFolder());
    const file = { path: "client_1/a", content: Buffer.from(""), executable: false };
    await code.lay([file]);
    const under = { ...file, path: "client_1/a/b" };
    await expect(code.lay([under])).rejects.toMatchObject({ code: "WRITE_FAILED", hint: expect.any(String) });
    await code.remove();
    const blocked = await tempFolder({ ".dkist-core": "a file" });
    await expect(openCodeFolder(blocked)).rejects.toMatchObject({ code: "WRITE_FAILED" });
  });

  it("removes what a killed run has left", async () => {
    const { root, codeMount, link } = await left();
    const code = await openCodeFolder(root);
    expect([existsSync(codeMount), readdirSync(path.join(root, LINKS)).includes(path.basename(link))]).toEqual([
      false,
      false,
    ]);
    await code.remove();
  });

  it.each([
    ["of a run that is under way", { pid: process.pid }],
    ["of another machine", { host: "elsewhere.example" }],
    ["that its link does not name", { target: "home" }],
    ["whose link is none of ours", { name: "home", target: "home" }],
  ])("leaves a folder alone %s", async (_, options) => {
    const { root, codeMount, link } = await left(options);
    await (await openCodeFolder(root)).remove();
    expect([existsSync(codeMount), readlinkSync(link)]).toEqual([true, codeMount]);
  });

  it("leaves the code of a task that outlived its run, until the task has ended", async () => {
    const { root, codeMount } = await left();
    const program = path.join(codeMount, "client_1/tasks/run.js");
    writeFileSync(program, 'console.log("up"); setInterval(() => {}, 1000);');
    const task = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => task.stdout.once("data", resolve));
    const code = await openCodeFolder(root);
    expect(existsSync(program)).toBe(true);
    const ended = new Promise((resolve) => task.on("close", resolve));
    task.kill("SIGKILL");
    await ended;
    await code.remove();
    expect(existsSync(codeMount)).toBe(false);
  });
});
