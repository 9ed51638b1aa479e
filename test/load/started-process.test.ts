/** As for `client.test.ts`, the compiled library is driven from a plain Node. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const IMPORTS = `
import path from "node:path";
import { loadClient, startClientProcess } from ${JSON.stringify(path.join(DIST, "load/client.js"))};
import { startProcess } from ${JSON.stringify(path.join(DIST, "load/started-process.js"))};
const root = process.cwd();
const files = [path.join(root, "w.mjs")];
`;

/** Runs a program beside a workflow that is named after the process that loads it. */
async function answerOf(program: string): Promise<unknown> {
  const root = await tempFolder({
    "w.mjs": `import { Workflow } from "dkist-processing-core";
      export const w = new Workflow({ workflowName: "pid" + process.pid });`,
    "node_modules/dkist-processing-core": { link: path.dirname(DIST) },
  });
  const parameters = ["--input-type=module", "-e", IMPORTS + program];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: root, timeout: 20_000 });
  return JSON.parse(stdout) as unknown;
}

describe("startProcess", () => {
  it("starts the process that then loads the modules, long before it is told which", async () => {
    const answer = await answerOf(`
      const started = startProcess(root);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const client = await loadClient(root, files, 5, startClientProcess(root, started));
      client.close();
      console.log(JSON.stringify([client.workflows[0].workflowName, "pid" + started.leader.pid]));`);
    expect(answer).toEqual([expect.stringMatching(/^pid\d+$/), (answer as string[])[0]]);
  });

  it("keeps nobody waiting whose command never asks it anything", async () => {
    expect(await answerOf(`startProcess(root); console.log("{}");`)).toEqual({});
  });

  it.each([
    ["before anybody listens", "await new Promise((resolve) => setTimeout(resolve, 300));"],
    ["afterwards", ""],
  ])("tells why it cannot be started, %s", async (_, wait) => {
    const answer = await answerOf(`
      const started = startProcess(path.join(root, "absent"));
      ${wait}
      const asked = loadClient(root, files, 5, startClientProcess(root, started));
      console.log(JSON.stringify(await asked.then(() => "loaded", ({ code, message }) => [code, message])));`);
    // It is looked for in a second process, in the folder that is there: no module is to blame.
    expect(answer).toEqual(["LOAD_CRASHED", expect.stringContaining("the process cannot be started: spawn")]);
  });

  it("tells of a process that has ended before it was asked", async () => {
    const answer = await answerOf(`
      const started = startProcess(root);
      process.kill(started.leader.pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 300));
      const asked = loadClient(root, files, 5, startClientProcess(root, started));
      console.log(JSON.stringify(await asked.then(() => "loaded", ({ code, message }) => [code, message])));`);
    expect(answer).toEqual(["LOAD_CRASHED", "the process has ended (SIGKILL)"]);
  });
});
