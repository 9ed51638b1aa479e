import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ReleaseResult, ValidationResult } from "../../../src/build.js";
import type { FailureMessage } from "../../../src/notify/failure-message.js";
import { AIRFLOW_VERSIONS, airflow, runDags, type DagRunResult } from "../../helpers/airflow.js";
import { dkistCoreJson } from "../../helpers/cli.js";
import { clientRepo, PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { startBroker, type TestBroker } from "../../helpers/rabbitmq.js";

const EXAMPLE = path.join(PACKAGE_ROOT, "examples/dkist-processing-test");
const VERSION = "1.0.0-e2e";

/** Tasks that end in every way a real one can; their modules are compiled as they stand. */
const FAILING = `
import { TaskBase, Workflow } from "dkist-processing-core";
export class Throws extends TaskBase {
  static retries = 1;
  static retryDelaySeconds = 0.2;
  run() { throw new Error(\`no darks in try \${this.tryNumber}\`); }
}
export class Killed extends TaskBase { run() { process.kill(process.pid, "SIGKILL"); } }
export class Busy extends TaskBase {
  static executionTimeoutSeconds = 3;
  run() { for (;;); }
}
export class After extends TaskBase { run() {} }
for (const [name, task] of Object.entries({ Throws, Killed, Busy })) workflows(name, task);
function workflows(name, task) {
  all[name] = new Workflow({ workflowName: \`fails_\${name}\` }).addNode(task).addNode(After, { upstreams: task });
}
export var all;
`.replace("for (const", "all = {};\nfor (const");

let broker: TestBroker;
let codeMount: string;
let dagsFolder: string;
let work: string;
let version: string;

beforeAll(async () => {
  broker = await startBroker();
  work = mkdtempSync(path.join(tmpdir(), "dkist core e2e "));
  codeMount = path.join(work, "code");
  dagsFolder = path.join(work, "dags");
  mkdirSync(codeMount);
  mkdirSync(dagsFolder);
  await release(EXAMPLE);
  const failing = clientRepo({ "dist/workflows/failing.js": FAILING });
  await release(failing.root);
  failing.remove();
}, 180_000);

afterAll(async () => {
  await broker.stop();
  rmSync(work, { recursive: true, force: true });
});

/** Builds a client repo's release and unpacks both zips, as an operator does. */
async function release(root: string): Promise<void> {
  const out = path.join(work, "artifacts");
  const { document } = await dkistCoreJson<ReleaseResult>(
    // Whoever changes the example tests it before committing it.
    ["build", "--version", VERSION, "--airflow", "none", "--out", out, "--allow-dirty"],
    { cwd: root },
  );
  // The other client repo lies in no git repository.
  expect(document.diagnostics.filter(({ code }) => code !== "NO_COMMIT")).toEqual([]);
  for (const { kind, path: zip } of document.result.artifacts) {
    execFileSync("unzip", ["-q", "-o", zip, "-d", kind === "code" ? codeMount : dagsFolder]);
  }
  version = document.result.version;
}

function environment(): Record<string, string> {
  return {
    CODE_MOUNT: codeMount,
    DKIST_SCRATCH: path.join(work, "scratch"),
    DKIST_ARCHIVE: path.join(work, "archive"),
    MESH_CONFIG: JSON.stringify({ "interservice-bus": { mesh_address: broker.host, mesh_port: broker.port } }),
    ISB_USERNAME: broker.username,
    ISB_PASSWORD: broker.password,
  };
}

/** Takes all failure messages; there are none before the first was sent, nor their queue. */
async function takeMessages(): Promise<FailureMessage[]> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const messages: FailureMessage[] = [];
  await channel.assertExchange("master.direct.x", "direct", { durable: true });
  await channel.assertQueue("recipe.run.failure.q", { durable: true, arguments: { "x-queue-type": "classic" } });
  for (;;) {
    const message = await channel.get("recipe.run.failure.q", { noAck: true });
    if (message === false) break;
    messages.push(JSON.parse(message.content.toString()) as FailureMessage);
  }
  await connection.close();
  return messages;
}

describe.each(AIRFLOW_VERSIONS)("in Airflow %s", (airflowVersion) => {
  const real = airflow(airflowVersion);

  it("every DAG of the example loads and says what its workflow says, without a warning of ours", async () => {
    const { document, exitCode } = await dkistCoreJson<ValidationResult>(
      ["test-workflows", "--version", VERSION, "--airflow", real.python],
      { cwd: EXAMPLE },
    );
    expect(document.diagnostics).toEqual([]);
    expect(exitCode).toBe(0);
    expect(document.result.workflows).toHaveLength(27);
    expect(document.result.levels.every(({ ran }) => ran)).toBe(true);
  }, 180_000);

  describe("runs the bundles", () => {
    let green: DagRunResult | undefined;
    let failures: DagRunResult[] = [];
    let messages: FailureMessage[] = [];
    const endToEnd = `input_to_output_test_management-processes-e2e_${VERSION}`;

    beforeAll(async () => {
      await takeMessages();
      const failing = ["Throws", "Killed", "Busy"].map((name) => ({
        dagId: `fails_${name}_${VERSION}`,
        conf: { recipe_run_id: 8 },
      }));
      [green, ...failures] = await runDags(
        real,
        dagsFolder,
        [
          { dagId: endToEnd, conf: { recipe_run_id: Number(airflowVersion.replaceAll(".", "")), keepScratch: true } },
          ...failing,
        ],
        environment(),
      );
      messages = await takeMessages();
    }, 300_000);

    it("one whole workflow, green", () => {
      const states = Object.values(green?.tasks ?? {}).map(({ state }) => state);
      expect(states.length).toBeGreaterThan(5);
      expect([green?.state, new Set(states)]).toEqual(["success", new Set(["success"])]);
    });

    it("a failing task: red, tried as often as told", () => {
      expect(failures.map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
      expect(failures[0]?.tasks).toEqual({
        Throws: { state: "failed", tries: 2 },
        After: { state: "upstream_failed", tries: expect.any(Number) as unknown as number },
      });
      expect(failures[1]?.tasks["Killed"]).toEqual({ state: "failed", tries: 1 });
      expect(failures[2]?.tasks["Busy"]).toEqual({ state: "failed", tries: 1 });
    });

    it("one failure message for each final failure, with the reason", () => {
      expect(
        messages.map(({ workflowName, workflowVersion, taskName }) => [workflowName, workflowVersion, taskName]),
      ).toEqual([
        ["fails_Throws", version, "Throws"],
        ["fails_Killed", version, "Killed"],
        ["fails_Busy", version, "Busy"],
      ]);
      expect(messages[0]).toMatchObject({ errorName: "Error", errorMessage: "no darks in try 2", tryNumber: 2 });
      expect(messages[1]?.errorMessage).toMatch(/exit code -9|137|-9/);
      expect(messages[2]?.errorMessage).toMatch(/[Tt]imeout/);
      for (const { conversationId, dagRunId } of messages) {
        expect(conversationId).toMatch(/^[0-9a-f]{32}$/);
        expect(dagRunId).toBeTruthy();
      }
    });

    it("leaves no busy Node behind", () => {
      const left = execFileSync("ps", ["-eo", "args"]).toString().split("\n");
      expect(left.filter((line) => line.includes(path.join(codeMount, `client_${VERSION}`)))).toEqual([]);
    });
  });
});

it("the level-1 frames are FITS that astropy accepts", () => {
  const python = path.join(PACKAGE_ROOT, ".cache/venv-talus/bin/python");
  const script = readFileSync(new URL("read-frames.py", import.meta.url), "utf8");
  const said = execFileSync(python, ["-c", script, path.join(work, "archive")]).toString();
  expect(said).toMatch(/^[1-9]\d* frames, [1-9]\d* of level 1\n$/);
});
