/** What happens at a process's end can only be seen in a process that ends, so this drives the compiled modules. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { commandLineOf } from "../../src/engine/command-line.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

function program(cwd: string, source: string): { stdout: string; stderr: string; status: number | null } {
  const imports = [
    ["lifetime/at-exit.js", "atExit"],
    ["lifetime/child.js", "endsWithUs"],
    ["lifetime/process-group.js", "startProcessGroup"],
    ["lifetime/temporary-folder.js", "withTemporaryFolder"],
    ["disk/staged-files.js", "putInPlace"],
  ].map(([file = "", name = ""]) => `import { ${name} } from ${JSON.stringify(path.join(DIST, file))};`);
  const head = 'import { spawn } from "node:child_process"; import { writeFileSync, writeSync } from "node:fs";';
  const parameters = ["--input-type=module", "-e", `${head}\n${imports.join("\n")}\n${source}`];
  return spawnSync(process.execPath, parameters, { cwd, env: { ...process.env, TMPDIR: cwd }, encoding: "utf8" });
}

describe("atExit", () => {
  it("undoes what was done last first, passes over what cannot be undone, and forgets what is over", async () => {
    const { stdout, stderr, status } = program(
      await tempFolder(),
      `atExit(() => console.log("first"));
       atExit(() => console.log("over"))();
       atExit(() => { throw new Error("cannot"); });
       atExit(() => console.log("last"));
       process.exit(7);`,
    );
    expect([stdout, stderr, status]).toEqual(["last\nfirst\n", "", 7]);
  });

  it("leaves no listener behind", async () => {
    const { stdout } = program(
      await tempFolder(),
      `const before = process.listenerCount("exit");
       const forget = Array.from({ length: 100 }, () => atExit(() => undefined));
       for (const one of forget) one();
       console.log(process.listenerCount("exit") - before);`,
    );
    expect(stdout).toBe("0\n");
  });
});

describe("a process group", () => {
  it("ends with its leader, and keeps nobody waiting", async () => {
    const { stdout, status } = program(
      await tempFolder(),
      `const { leader } = startProcessGroup("/bin/sh", ["-c", "sleep 600 >/dev/null & echo $!; exit 3"], { stdio: ["ignore", 1, 2] });
       leader.once("exit", (code) => { process.exitCode = code; });`,
    );
    expect(status).toBe(3);
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(1);
    while (commandLineOf(pid) !== undefined) await new Promise((go) => setTimeout(go, 10));
  });
});

describe("a process that ends in the midst of its work", () => {
  it("removes its temporary folders, and those of its children with them", async () => {
    const cwd = await tempFolder();
    program(
      cwd,
      `await withTemporaryFolder("a", (outer) => withTemporaryFolder("b", async (inner) => {
         writeFileSync(inner + "/file", "x");
         process.exit(1);
       }));`,
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("kills its children", async () => {
    const { stdout } = program(
      await tempFolder(),
      `console.log(endsWithUs(spawn("sleep", ["600"])).pid); process.exit(1);`,
    );
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(1);
    while ((commandLineOf(pid) ?? "") !== "") await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it.each([
    ["exits", "process.exit(1);"],
    ["is killed", 'process.kill(process.pid, "SIGKILL");'],
  ])("ends a busy process group when it %s", async (_, end) => {
    const { stdout } = program(
      await tempFolder(),
      `const busy = 'const { pid } = require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" });'
         + 'console.log(process.pid, pid); for (;;);';
       const { leader } = startProcessGroup(process.execPath, ["-e", busy], { stdio: ["ignore", "pipe", "inherit"] });
       leader.stdout.once("data", (pids) => { writeSync(1, String(pids)); ${end} });`,
    );
    const pids = stdout.trim().split(" ").map(Number);
    expect(pids).toEqual([expect.any(Number), expect.any(Number)]);
    while (pids.some((pid) => commandLineOf(pid) !== undefined)) await new Promise((go) => setTimeout(go, 10));
  });

  it("leaves every file as it was, and none half-written beside it", async () => {
    const cwd = await tempFolder({ "a.txt": "old" });
    program(
      cwd,
      `await putInPlace([
         { target: process.cwd() + "/a.txt", write: (temporary) => writeFileSync(temporary, "new") },
         { target: process.cwd() + "/b.txt", write: (temporary) => { writeFileSync(temporary, "half"); process.exit(1); } },
       ]);`,
    );
    expect(readdirSync(cwd)).toEqual(["a.txt"]);
  });
});
