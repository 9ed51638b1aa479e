import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NodeModel, WorkflowModel } from "../../../src/model/workflow-model.js";
import { AIRFLOW_VERSIONS, airflow, runDags, type DagRunRequest, type DagRunResult } from "../../helpers/airflow.js";
import { layRelease, type Notified } from "../../helpers/airflow-release.js";
import { node, SETTINGS, workflow } from "../../helpers/airflow-workflows.js";
import { HOSTILE_TEXTS } from "../../helpers/hostile.js";

/** Appends what a task was given to the file that SEEN names. */
const SEE = `
const given = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("DKIST_")));
require("node:fs").appendFileSync(process.env.SEEN, JSON.stringify({ ...given, execArgv: process.execArgv }) + "\\n");
`;

const PROGRAMS = {
  First: SEE,
  Second: SEE,
  Last: SEE,
  Hostile: SEE,
  Deep: SEE,
  Odd: SEE,
  Skips: "process.exit(99)",
  Fails: `${SEE}
    require("node:fs").writeFileSync(process.env.DKIST_FAILURE_REPORT, '{"errorMessage":"no darks"}');
    console.error("going down");
    process.exit(1);`,
  Killed: `process.kill(process.pid, "SIGKILL")`,
  // A child in the same process group, as busy: neither may survive.
  Busy: `
    const child = require("node:child_process").spawn("bash", ["-c", "trap '' TERM; while :; do :; done"], { stdio: "ignore" });
    require("node:fs").writeFileSync(process.env.BUSY, process.pid + " " + child.pid);
    process.on("SIGTERM", () => {});
    for (;;);`,
  Graceful: `
    process.on("SIGTERM", () => setTimeout(() => {
      require("node:fs").writeFileSync(process.env.DKIST_FAILURE_REPORT, "wound up");
      process.exit(143);
    }, 500));
    setInterval(() => {}, 1000);`,
};

const CONF = {
  recipe_run_id: 7,
  quotes: `it's "q" \\ <b>`,
  shell: '$(id) `id`; touch "$SEEN.pwned"',
  jinja: "{{ 7*7 }} {% x %} {# c",
  script: "/etc/profile.sh",
  unicode: "\u{1f52d} \u202e\u0000",
};

/** As JSON texts. All of them are refused before there is a run. */
const BAD_IDS = {
  shell: String.raw`"0\"; touch \"$SEEN.pwned\"; echo \""`,
  substitution: '"$(touch $SEEN.pwned)"',
  python: `"__import__('os').system('touch $SEEN.pwned')"`,
  jinja: `"{{ ''.__class__.__mro__ }}{% raw %}"`,
  path: '"../../../etc/passwd"',
  digits: '"7"',
  line: '"7\\n"',
  negative: "-1",
  huge: "9".repeat(400),
  infinite: "1e999",
  noNumber: "NaN",
  yes: "true",
  nothing: "null",
  list: "[7]",
  object: '{"$ref": "#"}',
};

/** Nothing in a run's conf means anything to who passes it on. */
const HOSTILE_CONF = {
  recipe_run_id: 19,
  texts: HOSTILE_TEXTS.map((text) => text.toWellFormed()),
  ...Object.fromEntries(HOSTILE_TEXTS.map((text, index) => [`${text.toWellFormed()} ${index}`, index])),
  "$(touch $SEEN.pwned)": "`touch $SEEN.pwned`",
  PATH: "/nowhere",
  NODE_OPTIONS: "--require /nowhere.js",
  constructor: { prototype: null },
};

/** More than Python's own JSON can write. */
const DEEP_IN_PYTHON = `{"recipe_run_id": 21, "deep": ${"[".repeat(900)}${"]".repeat(900)}}`;

/** A workflow of one node. */
function only(taskName: string, options: Partial<NodeModel> = {}): WorkflowModel {
  return workflow(`only-${taskName}`, [node(taskName, { retryDelaySeconds: 0.1, ...options })]);
}

const WORKFLOWS = [
  workflow("graph", [
    node("First", { resourceQueue: "high_memory" }),
    node("Second", { upstreams: ["First"] }),
    node("Skips", { upstreams: ["First"] }),
    node("Last", { upstreams: ["Second", "Skips"], triggerRule: "none_failed" }),
  ]),
  only("Fails", { retries: 1 }),
  only("Killed"),
  only("Busy", { executionTimeoutSeconds: 1 }),
  only("Graceful", { executionTimeoutSeconds: 1 }),
  only("Missing"),
  only("Second", { retries: 1 }),
  only("Last"),
  only("Hostile"),
  only("Deep"),
  only("Odd", { retries: 1 }),
];
const SETTINGS_HERE = { ...SETTINGS, nodeOptions: { high_memory: ["--max-old-space-size=111", "--title=it's $(id)"] } };
const BACKSTOP = { ...SETTINGS_HERE, version: "backstop", killedTaskBackstop: true };

const RUNS = {
  graph: { dagId: "graph_1.4.0", conf: CONF },
  fails: { dagId: "only-Fails_1.4.0", conf: { recipe_run_id: 8 } },
  killed: { dagId: "only-Killed_1.4.0", conf: { recipe_run_id: 9 } },
  busy: { dagId: "only-Busy_1.4.0", conf: { recipe_run_id: 10 } },
  graceful: { dagId: "only-Graceful_1.4.0", conf: { recipe_run_id: 16 } },
  backstop: { dagId: "only-Fails_backstop", conf: { recipe_run_id: 17 } },
  missingTask: { dagId: "only-Missing_1.4.0", conf: { recipe_run_id: 11 } },
  tooLarge: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 12, text: "x".repeat(100_000) } },
  // These can't notify either: their callback has to say all it knows.
  noCodeMount: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 13 }, env: { CODE_MOUNT: null } },
  noRelease: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 14 }, env: { CODE_MOUNT: "/usr" } },
  noNode: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 15 } },
  // Integral, so JSON Schema takes it.
  float: { dagId: "only-Last_1.4.0", conf: '{"recipe_run_id": 7.0}' },
  fraction: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 7.5 } },
  zero: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 0 } },
  unsafe: { dagId: "only-Second_1.4.0", conf: { recipe_run_id: 2 ** 53 } },
  none: { dagId: "only-Second_1.4.0", conf: {} },
  ...(Object.fromEntries(
    Object.entries(BAD_IDS).map(([name, id]) => [
      name,
      { dagId: "only-Second_1.4.0", conf: `{"recipe_run_id": ${id}}` },
    ]),
  ) as Record<keyof typeof BAD_IDS, DagRunRequest>),
  hostile: { dagId: "only-Hostile_1.4.0", conf: HOSTILE_CONF },
  deep: { dagId: "only-Deep_1.4.0", conf: `{"recipe_run_id": 18, "deep": ${"[".repeat(150)}${"]".repeat(150)}}` },
  tooDeep: { dagId: "only-Odd_1.4.0", conf: DEEP_IN_PYTHON },
  notJson: { dagId: "only-Odd_1.4.0", conf: '{"recipe_run_id": 20, "x": NaN}' },
} satisfies Record<string, DagRunRequest>;

describe.each(AIRFLOW_VERSIONS)("a release in Airflow %s", (version) => {
  let folder: string;
  let runs: Record<keyof typeof RUNS, DagRunResult>;
  let seen: Record<string, unknown>[];
  let notified: Notified[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "a release "));
    const { dagsFolder, codeMount } = await layRelease(folder, WORKFLOWS, SETTINGS_HERE, PROGRAMS);
    await layRelease(folder, [only("Fails")], BACKSTOP, PROGRAMS);
    await mkdir(join(folder, "bin"));
    await symlink("/bin/bash", join(folder, "bin", "bash"));
    const env = {
      CODE_MOUNT: codeMount,
      SEEN: join(folder, "seen"),
      NOTIFIED: join(folder, "notified"),
      BUSY: join(folder, "busy"),
    };
    const requests = { ...RUNS, noNode: { ...RUNS.noNode, env: { PATH: join(folder, "bin") } } };
    const results = await runDags(airflow(version), dagsFolder, Object.values(requests), env);
    runs = Object.fromEntries(Object.keys(requests).map((name, index) => [name, results[index]])) as typeof runs;
    seen = await lines<Record<string, unknown>>(env.SEEN);
    notified = await lines<Notified>(env.NOTIFIED);
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the notifier was told about a DAG's run, and read by itself, call by call. */
  function messagesOf(run: { readonly dagId: string }): Notified[] {
    return notified.filter(({ facts }) => facts["dagId"] === run.dagId);
  }

  it("runs a graph to green; exit 99 is skipped, with the author's trigger rule behind it", () => {
    expect(runs.graph.state).toBe("success");
    expect(states(runs.graph)).toEqual({ First: "success", Second: "success", Skips: "skipped", Last: "success" });
    expect(messagesOf(RUNS.graph)).toEqual([]);
  });

  it("gives each task where it runs", () => {
    const first = seen.find((given) => given["DKIST_TASK"] === "First");
    expect(first).toMatchObject({
      DKIST_WORKFLOW: "graph",
      DKIST_VERSION: "1.4.0",
      DKIST_RECIPE_RUN_ID: "7",
      DKIST_DAG_ID: "graph_1.4.0",
      DKIST_RUN_ID: expect.stringMatching(/^manual__/),
      DKIST_TRY_NUMBER: "1",
      DKIST_FAILURE_REPORT: expect.stringMatching(/\/dkist-core-\d+\/[0-9a-f]{32}\.json$/),
    });
  });

  it("gives the whole conf exactly, whatever is in it", () => {
    for (const task of ["First", "Second", "Last"]) {
      const given = seen.find((each) => each["DKIST_DAG_ID"] === "graph_1.4.0" && each["DKIST_TASK"] === task);
      expect(JSON.parse(String(given?.["DKIST_DAG_RUN_CONF"]))).toEqual(CONF);
    }
    expect(existsSync(join(folder, "seen.pwned"))).toBe(false);
  });

  it("gives Node the flags of its resource queue, and of no other", () => {
    const flags = Object.fromEntries(seen.map((given) => [String(given["DKIST_TASK"]), given["execArgv"]] as const));
    expect(flags["First"]).toEqual(["--max-old-space-size=111", "--title=it's $(id)"]);
    expect(flags["Second"]).toEqual([]);
  });

  it("retries as told, and calls the notifier once, after the last try, with the facts", () => {
    expect(runs.fails.state).toBe("failed");
    expect(runs.fails.tasks["Fails"]).toEqual({ state: "failed", tries: 2 });
    const tries = seen.filter((given) => given["DKIST_DAG_ID"] === "only-Fails_1.4.0");
    expect(tries.map((given) => given["DKIST_TRY_NUMBER"])).toEqual(["1", "2"]);
    expect(runs.fails.log).toContain("going down");
    expect(runs.fails.log).toContain("the notifier was here");

    const messages = messagesOf(RUNS.fails);
    expect(messages.map(({ report }) => report)).toEqual(['{"errorMessage":"no darks"}']);
    expect(messages.map(({ facts }) => facts)).toEqual([
      {
        workflowName: "only-Fails",
        workflowVersion: "1.4.0",
        taskName: "Fails",
        dagId: "only-Fails_1.4.0",
        dagRunId: tries[1]?.["DKIST_RUN_ID"],
        dagRunStart: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        tryNumber: 2,
        logUrl: expect.stringContaining("/dags/only-Fails_1.4.0/"),
        exception: { name: "AirflowException", message: expect.stringContaining("exit code 1") },
        failureReport: tries[1]?.["DKIST_FAILURE_REPORT"],
      },
    ]);
    expect(tries[0]?.["DKIST_FAILURE_REPORT"]).not.toBe(tries[1]?.["DKIST_FAILURE_REPORT"]);
  });

  it("tells the notifier of a Node that was killed", () => {
    expect(runs.killed.state).toBe("failed");
    const exception = { name: "AirflowException", message: expect.stringContaining("exit code -9") };
    expect(messagesOf(RUNS.killed)).toMatchObject([
      { facts: { taskName: "Killed", tryNumber: 1, exception }, report: null },
    ]);
  });

  it("kills a busy Node with its children at the execution timeout", async () => {
    expect(runs.busy.state).toBe("failed");
    expect(messagesOf(RUNS.busy)).toMatchObject([{ facts: { exception: { name: "AirflowTaskTimeout" } } }]);
    const [node, child] = (await readFile(join(folder, "busy"), "utf8")).split(" ").map(Number);
    expect(isAlive(node)).toBe(false);
    expect(isAlive(child)).toBe(false);
  });

  it("waits, at the execution timeout, for a Node that winds up by itself", () => {
    expect(runs.graceful.state).toBe("failed");
    expect(messagesOf(RUNS.graceful)).toMatchObject([{ report: "wound up" }]);
  });

  it("has a backstop at the DAG, where it is asked for, whose message is the task's own once more", () => {
    const [ofTask, ofDag, ...more] = messagesOf(RUNS.backstop).map(({ facts }) => facts);
    expect(more).toEqual([]);
    // What the conversation id is made of, so that a consumer sees one failure.
    for (const key of ["dagId", "dagRunId", "dagRunStart", "taskName", "tryNumber"]) {
      expect(ofDag?.[key]).toBe(ofTask?.[key]);
    }
  });

  it.each([
    ["missingTask", /release dkist-processing-vbi_1\.4\.0 on this worker has no task Missing/],
    ["noCodeMount", /CODE_MOUNT is not set on this worker/],
    [
      "noRelease",
      /release dkist-processing-vbi_1\.4\.0 is not deployed on this worker: .* \/usr\/dkist-processing-vbi_1\.4\.0/,
    ],
    ["noNode", /node is not installed on this worker/],
  ] as const)("says why, and exits 78: %s", (name, sentence) => {
    expect(runs[name].state).toBe("failed");
    expect(runs[name].log).toMatch(sentence);
    expect(runs[name].log).toContain("exit code 78");
  });

  it.each(["noCodeMount", "noRelease", "noNode"] as const)("logs the message that it could not send: %s", (name) => {
    expect(runs[name].log).toMatch(/failure message not sent: .*"taskName": "Second".*"tryNumber": 2/);
  });

  it("refuses a conf that no environment can hold, and does not try it again", () => {
    expect(runs.tooLarge.tasks["Second"]).toEqual({ state: "failed", tries: 1 });
    expect(runs.tooLarge.log).toContain("the DAG run's conf is 100030 bytes as JSON, but a task can be given 100000");
    expect(messagesOf(RUNS.tooLarge)).toMatchObject([{ facts: { exception: { name: "AirflowFailException" } } }]);
  });

  it("takes a recipe run id that is a whole number, and gives it to the task as one", () => {
    expect(runs.float.state).toBe("success");
    expect(seen.find((given) => given["DKIST_DAG_ID"] === "only-Last_1.4.0")?.["DKIST_RECIPE_RUN_ID"]).toBe("7");
  });

  it.each(["fraction", "zero", "unsafe", "none", ...(Object.keys(BAD_IDS) as (keyof typeof BAD_IDS)[])] as const)(
    "refuses a bad recipe run id before a run: %s",
    (name) => {
      expect(runs[name].state).toBeNull();
      expect(runs[name].error).toContain("recipe_run_id");
    },
  );

  it("gives a hostile conf to the task exactly, and runs nothing of it", () => {
    expect(runs.hostile.state).toBe("success");
    const given = seen.find((each) => each["DKIST_TASK"] === "Hostile");
    expect(JSON.parse(String(given?.["DKIST_DAG_RUN_CONF"]))).toEqual(HOSTILE_CONF);
    expect(existsSync(join(folder, "seen.pwned"))).toBe(false);
  });

  it("gives a deep conf to the task exactly", () => {
    expect(runs.deep.state).toBe("success");
    const given = seen.find((each) => each["DKIST_TASK"] === "Deep");
    expect(String(given?.["DKIST_DAG_RUN_CONF"])).toBe(RUNS.deep.conf.replaceAll(" ", ""));
  });

  it("fails for a conf that is no JSON, and does not try it again; Airflow 3 has made null of it", () => {
    const given = seen.filter((each) => each["DKIST_TASK"] === "Odd").map((each) => each["DKIST_DAG_RUN_CONF"]);
    if (version.startsWith("3.")) {
      expect(given).toEqual(['{"recipe_run_id":20,"x":null}']);
    } else {
      expect([runs.notJson.tasks["Odd"], given]).toEqual([{ state: "failed", tries: 1 }, []]);
      expect(runs.notJson.log).toContain("the DAG run's conf is not JSON: Out of range float values");
    }
  });

  it("fails for a conf that is too deep for Airflow itself, which 2.11 says before there is a run", () => {
    expect(runs.tooDeep.state).toBe(version.startsWith("3.") ? "failed" : null);
    if (runs.tooDeep.state === null) expect(runs.tooDeep.error).toContain("RecursionError");
    expect(seen.filter((each) => String(each["DKIST_DAG_RUN_CONF"]).includes('"recipe_run_id":21'))).toEqual([]);
  });
});

function states(run: DagRunResult): Record<string, string | null> {
  return Object.fromEntries(Object.entries(run.tasks).map(([task, { state }]) => [task, state]));
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || !Number.isInteger(pid) || pid < 2) throw new Error(`${String(pid)} is no process id`);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function lines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}
