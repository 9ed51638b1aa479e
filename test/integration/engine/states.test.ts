/** The same release, run by a real Airflow and by `dkist-core run`: every task ends in the same state, after as many tries. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TRIGGER_RULES } from "../../../src/model/trigger-rules.js";
import { readCodeZip } from "../../../src/release/read-code-zip.js";
import { airflow, runDags, type DagRunResult } from "../../helpers/airflow.js";
import { dkistCore } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { bytesOf } from "../../helpers/entry-bytes.js";
import { runToEnd } from "../../e2e/run/run-cli.js";

/**
 * One after another, so that what a rule sees when it decides is the same in both: a failure, what failed with it, a
 * skip, a success.
 */
const SOURCES = { F: "Bad", U: "Unrun", K: "Skip", S: "Good" } as const;
const UPSTREAMS = ["F", "U", "K", "FS", "KS"];

const ruleNodes = TRIGGER_RULES.flatMap((rule) =>
  UPSTREAMS.map((letters) => ({
    name: `${rule}_after_${letters}`,
    rule,
    upstreams: Array.from(letters, (letter) => SOURCES[letter as keyof typeof SOURCES]),
  })),
);

const MODULE = `
import { TaskBase, TaskSkipped, Workflow } from "dkist-processing-core";
class Fine extends TaskBase { run() {} }
export class Bad extends TaskBase { run() { throw new Error("as it should"); } }
export class Unrun extends Fine {}
export class Skip extends TaskBase { run() { throw new TaskSkipped("as it should"); } }
export class Good extends Fine {}
${ruleNodes.map(({ name }) => `export class ${name} extends Fine {}`).join("\n")}
export const rules = new Workflow({ workflowName: "rules" })
  .addNode(Bad).addNode(Unrun, { upstreams: Bad }).addNode(Skip, { upstreams: Unrun, triggerRule: "all_done" })
  .addNode(Good, { upstreams: Skip, triggerRule: "all_done" })
${ruleNodes.map(({ name, rule, upstreams }) => `.addNode(${name}, { upstreams: [${upstreams.join()}], triggerRule: "${rule}" })`).join("\n")};

export class Start extends Fine {}
export class Flaky extends TaskBase { static retries = 2; static retryDelaySeconds = 0; run() { if (this.tryNumber < 2) throw new Error("not yet"); } }
export class Hopeless extends TaskBase { static retries = 1; static retryDelaySeconds = 0; run() { throw new Error("never"); } }
export class TooSlow extends TaskBase { static executionTimeoutSeconds = 1; async run() { await new Promise((resolve) => setTimeout(resolve, 30_000)); } }
export class AfterFlaky extends Fine {}
export class AfterHopeless extends Fine {}
export class AfterAll extends Fine {}
export class Cleanup extends Fine {}
export const failing = new Workflow({ workflowName: "failing" })
  .addNode(Start).addNode(Flaky, { upstreams: Start }).addNode(Hopeless, { upstreams: Start }).addNode(TooSlow, { upstreams: Start })
  .addNode(AfterFlaky, { upstreams: Flaky }).addNode(AfterHopeless, { upstreams: [Hopeless, TooSlow] })
  .addNode(AfterAll, { upstreams: [AfterFlaky, AfterHopeless] }).addNode(Cleanup, { upstreams: AfterHopeless, triggerRule: "all_done" });
`;
const ZIP = "artifacts/client_1.4.0_code.zip";

describe("dkist-core run and Airflow 3.3.2", () => {
  let repo: ClientRepo;
  let folder: string;
  let inAirflow: Readonly<Record<string, DagRunResult | undefined>>;

  beforeAll(async () => {
    repo = clientRepo({ "dist/workflows/rules.js": MODULE });
    folder = await mkdtemp(path.join(tmpdir(), "dkist-core-states-"));
    const built = await dkistCore(["build", "--version", "1.4.0", "--airflow", "none"], { cwd: repo.root });
    expect([built.exitCode, built.stderr]).toEqual([0, expect.any(String)]);
    await dkistCore(["export-dags", "--version", "1.4.0", "--path", path.join(folder, "dags")], { cwd: repo.root });
    const { entries } = await readCodeZip(repo.file(ZIP));
    for await (const entry of entries) {
      const file = path.join(folder, "code", entry.path);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytesOf(entry));
    }
    const dagIds = ["rules_1.4.0", "failing_1.4.0"];
    const results = await runDags(
      airflow("3.3.2"),
      path.join(folder, "dags"),
      dagIds.map((dagId) => ({ dagId, conf: { recipe_run_id: 7 } })),
      { CODE_MOUNT: path.join(folder, "code") },
    );
    inAirflow = Object.fromEntries(dagIds.map((dagId, index) => [dagId, results[index]]));
  }, 300_000);

  afterAll(async () => {
    repo.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(["rules", "failing"])(
    "end every task of %s in the same state, and the run too",
    async (workflow) => {
      const { events } = await runToEnd(repo, [workflow, "--recipe-run-id", "7", "--artifact", ZIP]);
      const tasks: Record<string, { state: string | null; tries: number }> = {};
      for (const event of events) {
        if (event.event === "task") tasks[event.taskName] = { state: event.state, tries: event.tryNumber };
      }
      const theirs = inAirflow[`${workflow}_1.4.0`];
      expect(tasks).toEqual(theirs?.tasks);
      expect(events.at(-1)).toMatchObject({ event: "run_finished", state: theirs?.state });
    },
    120_000,
  );

  it("has seen every end that a task can have", () => {
    const states = new Set(Object.values(inAirflow["rules_1.4.0"]?.tasks ?? {}).map(({ state }) => state));
    expect([...states].sort()).toEqual(["failed", "skipped", "success", "upstream_failed"]);
  });
});
