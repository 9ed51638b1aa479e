/**
 * Releases on a real cluster: deployed side by side and while runs are under way, promoted, taken back and pruned; and what
 * becomes of a task, and of its failure message, when Node, Airflow's own process or the whole worker is killed.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DeployResult, PruneResult } from "../../../src/build.js";
import type { FailureMessage } from "../../../src/notify/failure-message.js";
import { dkistCoreJson, type CliDocument, type CliResult } from "../../helpers/cli.js";
import { takeFailureMessages } from "../../helpers/failure-messages.js";
import { waitFor } from "../../helpers/wait-for.js";
import type { TaskInstance } from "./airflow-rest.js";
import { buildExample } from "./client.js";
import { writeBaselineDag } from "./baseline-dag.js";
import { startCluster, type Cluster } from "./stack.js";

const NOOP_FLOW = "input_to_output_test_noop-flow";
const FAIL = "input_to_output_test_fail";
const HIGH_MEMORY = "input_to_output_test_high_mem";
const END_TO_END = "input_to_output_test_management-processes-e2e";

let work: string;
let cluster: Cluster;
/** Seconds from the end of a deploy until Airflow knows all its DAGs, by version. */
const visibleAfter = new Map<string, number>();

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "dkist cluster work "));
  const tasks = { DKIST_SCRATCH: path.join(work, "scratch"), DKIST_ARCHIVE: path.join(work, "archive") };
  cluster = await startCluster(tasks);
  await writeBaselineDag(cluster.dagsFolder);
}, 400_000);
afterAll(async () => {
  await cluster.stop();
  await rm(work, { recursive: true, force: true });
}, 120_000);

async function cli<T>(...parameters: string[]): Promise<CliResult & CliDocument<T>> {
  const env = { AIRFLOW_API_TOKEN: cluster.airflow.token, CODE_MOUNT: undefined };
  const { document, ...rest } = await dkistCoreJson<T>(parameters, { cwd: work, env });
  return { ...rest, ...document };
}

const codeMounts = (): string[] =>
  Object.values(cluster.workers).flatMap(({ codeMount }) => ["--code-mount", codeMount]);
const places = (): string[] => [...codeMounts(), "--dags", cluster.dagsFolder];

/** Builds and deploys a version, and waits until Airflow knows it. */
async function release(
  version: string,
  options: { small?: boolean; killedTaskBackstop?: boolean } = {},
): Promise<void> {
  const manifest = await buildExample(work, { version, code: `the code of ${version}`, ...options });
  const { exitCode, result, stderr } = await cli<DeployResult>("deploy", manifest, ...places());
  expect([exitCode, stderr]).toEqual([0, ""]);
  const dagFiles = result.steps.filter(({ what }) => what === "dag").length;
  const began = performance.now();
  await waitFor(`Airflow knows ${version}`, 240, async () => {
    const dagIds = await cluster.airflow.dagIds();
    return dagIds.filter((dagId) => dagId.endsWith(`_${version}`)).length === dagFiles;
  });
  visibleAfter.set(version, (performance.now() - began) / 1000);
}

async function start(dagId: string, runId: string, conf: object = {}): Promise<void> {
  const { status, body } = await cluster.airflow.trigger(dagId, runId, { recipe_run_id: 7, ...conf });
  expect([status, body]).toEqual([200, expect.anything()]);
}

async function ended(dagId: string, runId: string, seconds = 180): Promise<string> {
  return waitFor(`${dagId} ${runId} ends`, seconds, async () => {
    const state = await cluster.airflow.runState(dagId, runId);
    return state === "success" || state === "failed" ? state : undefined;
  });
}

async function isRunning(dagId: string, runId: string, taskId: string): Promise<TaskInstance> {
  return waitFor(`${taskId} of ${dagId} runs`, 60, async () => {
    const task = (await cluster.airflow.tasks(dagId, runId)).find((one) => one.task_id === taskId);
    return task?.state === "running" ? task : undefined;
  });
}

/** The messages of one run that are there when no more come. */
async function messagesOf(runId: string, atLeast: number, seconds = 60): Promise<FailureMessage[]> {
  if (atLeast > 0) {
    await waitFor(`${atLeast} messages of ${runId}`, seconds, async () => {
      messages.push(...(await takeFailureMessages(cluster.broker)));
      return messages.filter(({ dagRunId }) => dagRunId === runId).length >= atLeast;
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  messages.push(...(await takeFailureMessages(cluster.broker)));
  return messages.filter(({ dagRunId }) => dagRunId === runId);
}
const messages: FailureMessage[] = [];

describe("two versions side by side", () => {
  beforeAll(async () => {
    await release("1.0.0");
    await release("1.1.0");
  }, 400_000);

  it("are all loaded without an error", async () => {
    expect(await cluster.airflow.importErrors()).toEqual([]);
  });

  it("both run, each with its own code", async () => {
    for (const version of ["1.0.0", "1.1.0"]) await start(`${NOOP_FLOW}_${version}`, "both");
    for (const version of ["1.0.0", "1.1.0"]) {
      expect(await ended(`${NOOP_FLOW}_${version}`, "both")).toBe("success");
      const log = await cluster.airflow.log(`${NOOP_FLOW}_${version}`, "both", "NoOpTask2");
      expect(log).toContain(`nothing to do, says the code of ${version}`);
    }
  }, 240_000);

  it("the example's whole end-to-end workflow is green, over both workers", async () => {
    await start(`${END_TO_END}_1.1.0`, "whole", { keepScratch: true });
    expect(await ended(`${END_TO_END}_1.1.0`, "whole", 400)).toBe("success");
    const tasks = await cluster.airflow.tasks(`${END_TO_END}_1.1.0`, "whole");
    expect(new Set(tasks.map(({ state }) => state))).toEqual(new Set(["success"]));
    expect(new Set(tasks.map(({ queue }) => queue))).toEqual(new Set(["default", "high_memory"]));
  }, 420_000);

  it("a node lands on the worker of its resource queue", async () => {
    await start("queues_1.0.0", "queues");
    await start(`${HIGH_MEMORY}_1.0.0`, "queues", { megabytes: 64 });
    expect(await ended("queues_1.0.0", "queues")).toBe("success");
    expect(await cluster.airflow.log("queues_1.0.0", "queues", "OnDefault")).toContain(
      cluster.workers.default.codeMount,
    );
    expect(await cluster.airflow.log("queues_1.0.0", "queues", "OnHighMemory")).toContain(
      cluster.workers.high_memory.codeMount,
    );
    expect(await ended(`${HIGH_MEMORY}_1.0.0`, "queues")).toBe("success");
  }, 240_000);

  it.each([
    {},
    { recipe_run_id: 0 },
    { recipe_run_id: "7" },
    { recipe_run_id: "1; touch /tmp/x" },
    { recipe_run_id: 2 ** 53 },
  ])("refuse a run of conf %j when it is triggered", async (conf) => {
    const { status } = await cluster.airflow.trigger(`${NOOP_FLOW}_1.0.0`, `bad ${JSON.stringify(conf)}`, conf);
    expect(status).toBe(400);
  });
});

describe("a third version, deployed while runs are under way", () => {
  it("changes nothing for them, and starts with its own code", async () => {
    await start("sleeps_1.0.0", "under-way", { seconds: 20 });
    await start("sleeps_1.1.0", "under-way", { seconds: 20 });
    for (const version of ["1.0.0", "1.1.0"]) await isRunning(`sleeps_${version}`, "under-way", "Sleeps");
    await release("1.2.0", { small: true });
    for (const version of ["1.0.0", "1.1.0"]) {
      expect(await ended(`sleeps_${version}`, "under-way")).toBe("success");
      const log = await cluster.airflow.log(`sleeps_${version}`, "under-way", "Sleeps");
      expect(log).toContain(`the code of ${version}`);
      expect(log).not.toContain("the code of 1.2.0");
      expect(await cluster.airflow.log(`sleeps_${version}`, "under-way", "AfterSleep")).toContain(
        `the code of ${version}`,
      );
    }
    await start("sleeps_1.2.0", "its-own", { seconds: 0 });
    expect(await ended("sleeps_1.2.0", "its-own")).toBe("success");
    expect(await cluster.airflow.log("sleeps_1.2.0", "its-own", "Sleeps")).toContain("the code of 1.2.0");
  }, 400_000);
});

describe("failure messages", () => {
  it("arrive once for each task that failed for good", async () => {
    await start(`${FAIL}_1.0.0`, "fails");
    await start("Throws_1.0.0", "throws");
    expect([await ended(`${FAIL}_1.0.0`, "fails"), await ended("Throws_1.0.0", "throws")]).toEqual([
      "failed",
      "failed",
    ]);
    expect(await messagesOf("fails", 1)).toMatchObject([
      { taskName: "FailTask", workflowVersion: "1.0.0", errorMessage: "recipe run 7 failed on purpose", tryNumber: 1 },
    ]);
    expect(await messagesOf("throws", 1)).toMatchObject([{ errorMessage: "no darks in try 2", tryNumber: 2 }]);
  }, 300_000);

  it("arrive when Node is killed", async () => {
    await start("NodeKilled_1.0.0", "node-killed");
    expect(await ended("NodeKilled_1.0.0", "node-killed")).toBe("failed");
    expect(await messagesOf("node-killed", 1)).toMatchObject([{ taskName: "NodeKilled", tryNumber: 1 }]);
  }, 240_000);

  it("do not arrive when Airflow's own process for a task is killed: nobody calls the task's callback", async () => {
    await start("AirflowKilled_1.0.0", "airflow-killed");
    expect(await ended("AirflowKilled_1.0.0", "airflow-killed")).toBe("failed");
    expect(await messagesOf("airflow-killed", 0)).toEqual([]);
  }, 240_000);

  it("arrive then, too, with killedTaskBackstop: one for the run", async () => {
    await release("1.3.0", { small: true, killedTaskBackstop: true });
    await start("AirflowKilled_1.3.0", "backstop");
    expect(await ended("AirflowKilled_1.3.0", "backstop")).toBe("failed");
    expect(await messagesOf("backstop", 1, 120)).toMatchObject([
      { taskName: "AirflowKilled", workflowName: "AirflowKilled", workflowVersion: "1.3.0" },
    ]);
  }, 400_000);

  it("arrive when a whole worker is killed, and the worker that is started again takes up work", async () => {
    await start("sleeps_1.0.0", "worker-killed", { seconds: 300 });
    await isRunning("sleeps_1.0.0", "worker-killed", "Sleeps");
    await cluster.workers.default.kill();
    await cluster.workers.default.start();
    expect(await ended("sleeps_1.0.0", "worker-killed", 240)).toBe("failed");
    const tasks = await cluster.airflow.tasks("sleeps_1.0.0", "worker-killed");
    expect(Object.fromEntries(tasks.map(({ task_id, state }) => [task_id, state]))).toEqual({
      Sleeps: "failed",
      AfterSleep: "upstream_failed",
    });
    // Airflow may call the callback of a lost task more than once: then all messages are one conversation.
    const told = await messagesOf("worker-killed", 1, 120);
    expect(new Set(told.map(({ taskName }) => taskName))).toEqual(new Set(["Sleeps"]));
    expect(new Set(told.map(({ conversationId }) => conversationId)).size).toBe(1);
    await start(`${NOOP_FLOW}_1.0.0`, "after-restart");
    expect(await ended(`${NOOP_FLOW}_1.0.0`, "after-restart")).toBe("success");
  }, 500_000);
});

describe("promote", () => {
  const alias = `${NOOP_FLOW}_latest`;
  it.each([
    ["1.1.0", "first"],
    ["1.0.0", "rolled-back"],
  ])(
    "lets the alias start %s, with the same conf and run id",
    async (version, runId) => {
      expect(await cli("promote", version, ...places())).toMatchObject({ exitCode: 0 });
      await waitFor(`the alias starts ${version}`, 120, async () =>
        (await cluster.airflow.description(alias))?.endsWith(`_${version}`),
      );
      await start(alias, runId);
      expect(await ended(alias, runId)).toBe("success");
      await waitFor("the version's own run is there", 30, () =>
        cluster.airflow.runState(`${NOOP_FLOW}_${version}`, runId),
      );
      expect(await ended(`${NOOP_FLOW}_${version}`, runId)).toBe("success");
      expect(await cluster.airflow.log(`${NOOP_FLOW}_${version}`, runId, "NoOpTask")).toContain(
        `the code of ${version}`,
      );
    },
    300_000,
  );

  it("refuses a conf as the version itself does", async () => {
    expect((await cluster.airflow.trigger(alias, "bad", {})).status).toBe(400);
  });
});

describe("prune", () => {
  const prune = (...more: string[]) =>
    cli<PruneResult>("prune", "--keep", "1", "--airflow-url", cluster.airflow.url, ...places(), ...more);
  const outcomes = ({ releases }: PruneResult): Record<string, string> =>
    Object.fromEntries(releases.map(({ release, outcome, reason }) => [release, reason ?? outcome]));
  const codeOf = (version: string): string =>
    path.join(cluster.workers.default.codeMount, `dkist-processing-test_${version}`);

  it("keeps what a run needs, and removes what none does", async () => {
    // 1.0.0 is promoted, 1.3.0 is the newest; 1.1.0 has a run under way, 1.2.0 has none.
    await start("sleeps_1.1.0", "keeps-it", { seconds: 30 });
    await isRunning("sleeps_1.1.0", "keeps-it", "Sleeps");
    const shown = await prune();
    expect([shown.exitCode, outcomes(shown.result)["dkist-processing-test_1.2.0"]]).toEqual([0, "goes"]);
    await access(codeOf("1.2.0"));

    const done = await prune("--yes");
    expect([done.exitCode, outcomes(done.result)]).toEqual([
      0,
      {
        "dkist-processing-test_1.0.0": "it is the promoted version",
        "dkist-processing-test_1.1.0": expect.stringContaining("sleeps_1.1.0 is queued or running"),
        "dkist-processing-test_1.2.0": "removed",
        "dkist-processing-test_1.3.0": "it is the newest version",
      },
    ]);
    await expect(access(codeOf("1.2.0"))).rejects.toThrow();
    await waitFor("Airflow has let go of 1.2.0", 120, async () => {
      return !(await cluster.airflow.dagIds()).some((dagId) => dagId.endsWith("_1.2.0"));
    });
    expect(await ended("sleeps_1.1.0", "keeps-it")).toBe("success");

    const after = await prune("--yes");
    expect(outcomes(after.result)["dkist-processing-test_1.1.0"]).toBe("removed");
    await start(`${NOOP_FLOW}_latest`, "after-prune");
    expect(await ended(`${NOOP_FLOW}_latest`, "after-prune")).toBe("success");
    expect(await ended(`${NOOP_FLOW}_1.0.0`, "after-prune")).toBe("success");
  }, 400_000);
});

it("measured: from deploy to visible, and what a task of ours takes over an empty one of bash", async () => {
  const rounds = 6;
  for (let round = 0; round < rounds; round += 1) {
    for (const dagId of ["baseline", `${NOOP_FLOW}_1.0.0`]) {
      await start(dagId, `measured-${round}`);
      expect(await ended(dagId, `measured-${round}`)).toBe("success");
    }
  }
  const seconds = async (dagId: string, taskId: string): Promise<number[]> => {
    const found: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const tasks = await cluster.airflow.tasks(dagId, `measured-${round}`);
      found.push(tasks.find(({ task_id }) => task_id === taskId)?.duration ?? NaN);
    }
    return found.sort((a, b) => a - b);
  };
  const [bash, ours] = [await seconds("baseline", "Empty"), await seconds(`${NOOP_FLOW}_1.0.0`, "NoOpTask")];
  const shown = (values: readonly number[]): string =>
    `${(values[0] ?? NaN).toFixed(2)} / ${(values[Math.floor(values.length / 2)] ?? NaN).toFixed(2)} s`;
  const visible = [...visibleAfter].map(([version, after]) => `${version} ${after.toFixed(1)} s`).join(", ");
  process.stderr.write(
    `\nfrom deploy to all DAGs visible: ${visible}\n` +
      `a task, minimum / median of ${rounds}: bash ${shown(bash)}, ours ${shown(ours)}\n`,
  );
  expect([...bash, ...ours].every((value) => value > 0)).toBe(true);
}, 400_000);
