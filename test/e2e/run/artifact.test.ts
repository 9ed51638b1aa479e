import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dkistCore } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { HEAD, ran, runToEnd } from "./run-cli.js";

const MODULE = `${HEAD}
import { readFileSync } from "node:fs";
export class Reads extends TaskBase { run() { say(readFileSync(this.assetPath("assets/note.txt"), "utf8") + " " + process.execArgv.join()); } }
export class Fails extends TaskBase { run() { throw new Error("no"); } }
export const flow = new Workflow({ workflowName: "flow" }).addNode(Reads, { resourceQueue: "high_memory" }).addNode(Fails, { upstreams: Reads });
`;
const CONFIG = { assets: ["assets/**"], nodeOptions: { high_memory: ["--max-old-space-size=111"] } };
const ZIP = "artifacts/client_1.4.0_code.zip";

let repo: ClientRepo;
beforeAll(async () => {
  repo = clientRepo({
    "dist/workflows/flow.js": MODULE,
    "assets/note.txt": "a note",
    ".dkist-corerc.json": JSON.stringify(CONFIG),
  });
  const { exitCode, stderr } = await dkistCore(["build", "--version", "1.4.0", "--airflow", "none"], {
    cwd: repo.root,
  });
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
});
afterAll(() => repo.remove());

describe("run --artifact", () => {
  it("does what a run of the client repo does, also when the client repo has changed since", async () => {
    const fresh = await runToEnd(repo, ["flow", "--recipe-run-id", "7", "--version", "1.4.0"]);
    const freshly = ran(repo);
    rmSync(repo.file("ran"));
    writeFileSync(repo.file("dist/workflows/flow.js"), "throw new Error('half a build')");
    const released = await runToEnd(repo, ["flow", "--recipe-run-id", "7", "--artifact", ZIP]);
    expect(released.states).toEqual({ Reads: "success", Fails: "failed" });
    expect([released.states, released.exitCode]).toEqual([fresh.states, fresh.exitCode]);
    expect([ran(repo), freshly]).toEqual([["a note --max-old-space-size=111"], freshly]);
    expect(ran(repo)).toEqual(freshly);
  });

  it("is what --resume goes on with", async () => {
    const { states, exitCode } = await runToEnd(repo, ["flow_1.4.0", "--resume"]);
    expect([exitCode, states]).toEqual([1, { Fails: "failed" }]);
  });

  it("refuses a zip that is not the released one", async () => {
    const bytes = readFileSync(repo.file(ZIP));
    writeFileSync(repo.file(ZIP), Buffer.concat([bytes.subarray(0, 100), Buffer.from([1]), bytes.subarray(101)]));
    const { exitCode, stderr } = await runToEnd(repo, ["flow", "--recipe-run-id", "7", "--artifact", ZIP]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("BAD_ARTIFACT");
  });
});
