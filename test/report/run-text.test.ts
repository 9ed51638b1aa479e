import { describe, expect, it } from "@jest/globals";
import type { TaskChanged } from "../../src/model/run-events.js";
import { eventText, runSummaryText, stoppingText, underWayLines } from "../../src/report/run-text.js";

const HOSTILE = "\u001b[2J\r\u0007";
const SHOWN = String.raw`\u001b[2J\u000d\u0007`;

function event(state: TaskChanged["state"], more: Partial<TaskChanged> = {}): TaskChanged {
  return { event: "task", at: "", taskName: "Dark", state, tryNumber: 1, lastTry: 1, ...more };
}

describe("eventText", () => {
  it.each([
    [event("running"), "  running                       Dark\n"],
    [event("success", { seconds: 1.25 }), "  success                1.3 s  Dark\n"],
    [event("success", { seconds: 59.96 }), "  success            1 min 0 s  Dark\n"],
    [event("success", { seconds: 7_384 }), "  success            2 h 3 min  Dark\n"],
    [
      event("up_for_retry", { seconds: 2, lastTry: 3, reason: "Error: no frames\nat Dark" }),
      "  up_for_retry           2.0 s  Dark, try 1 of 3: Error: no frames\n",
    ],
    [event("upstream_failed", { tryNumber: 0, lastTry: 0 }), "  upstream_failed               Dark\n"],
    [event(null, { reason: "stopped with the run" }), "  stopped                       Dark: stopped with the run\n"],
    [event("failed", { taskName: HOSTILE, reason: HOSTILE }), `  failed                        ${SHOWN}: ${SHOWN}\n`],
    [event("scheduled"), undefined],
  ])("is one line: %j", (given, text) => {
    expect(eventText(given, false)).toBe(text);
  });

  it("colours the state alone", () => {
    expect(eventText(event("failed", { seconds: 1 }), true)).toBe(
      "  \u001b[31mfailed         \u001b[39m        1.0 s  Dark\n",
    );
    expect(eventText(event("running"), true)).toBe(eventText(event("running"), false));
  });
});

describe("underWayLines", () => {
  const running = [
    { taskName: "Dark", ms: 1_300, tryNumber: 1 },
    { taskName: HOSTILE, ms: 100, tryNumber: 2 },
    { taskName: "Gain", ms: 0, tryNumber: 1 },
  ];

  it("shows what runs, and counts the rest in one line", () => {
    expect(
      underWayLines({ running, retrying: ["R"], waiting: ["A", "B", "C", "D", "E"], done: 2, ms: 4_000 }, 10),
    ).toEqual([
      "  running                1.3 s  Dark\n",
      `  running                0.1 s  ${SHOWN}, try 2\n`,
      "  running                0.0 s  Gain\n",
      "  2 of 11 done in 4.0 s; up for retry: R; waiting: A, B, C, D and 1 more\n",
    ]);
  });

  it("shows no more than fits", () => {
    const lines = underWayLines({ running, retrying: [], waiting: [], done: 0, ms: 0 }, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe("  0 of 3 done in 0.0 s; 2 more running\n");
  });
});

describe("runSummaryText", () => {
  const summary = {
    dagId: "flow_1",
    folder: ".dkist-core/runs/r",
    seconds: 83.4,
    tasks: [
      { taskName: "Dark", state: "success" as const, tryNumber: 3, seconds: 61 },
      {
        taskName: "Gain",
        state: "failed" as const,
        tryNumber: 1,
        seconds: 2.5,
        reason: `Error: ${HOSTILE}\nat`,
        log: "tasks/Gain/1.log",
      },
      { taskName: "Below", state: "upstream_failed" as const, tryNumber: 0 },
    ],
  };

  it("is a table, what failed with its log, and how to go on", () => {
    expect(runSummaryText({ ...summary, state: "failed" }, "dkist-core run flow --resume r")).toBe(
      [
        "  state            tries         time  task",
        "  success              3    1 min 1 s  Dark",
        "  failed               1        2.5 s  Gain",
        "  upstream_failed      0               Below",
        `Gain: Error: ${SHOWN}`,
        "  log: .dkist-core/runs/r/tasks/Gain/1.log",
        "flow_1: failed; 1 success, 1 failed, 1 upstream_failed in 1 min 23 s",
        "  logs: .dkist-core/runs/r/tasks",
        "  go on: dkist-core run flow --resume r",
        "",
      ].join("\n"),
    );
  });

  it("says what Airflow thinks of a failure that its last tasks did not see", () => {
    expect(runSummaryText({ ...summary, state: "success" }, "again")).toContain(
      "flow_1: success in Airflow, as its last tasks did not fail; 1 success, 1 failed",
    );
  });

  it("tells what was stopped from what never ran", () => {
    const tasks = [
      { taskName: "A", state: null, tryNumber: 1 },
      { taskName: "B", state: null, tryNumber: 0 },
    ];
    const text = runSummaryText({ ...summary, tasks, state: "stopped" }, "dkist-core run flow --resume r");
    expect(text).toMatch(/^ {2}stopped +1 +A\n {2}not run +0 +B\nflow_1: stopped; 2 not done in .*\n.*\n {2}go on: /m);
  });

  it("does not tell how to go on with what is done", () => {
    const tasks = [{ taskName: "A", state: "success" as const, tryNumber: 1 }];
    expect(runSummaryText({ ...summary, tasks, state: "success" }, "again")).not.toContain("go on");
  });
});

describe("stoppingText", () => {
  it("says what is waited for", () => {
    expect([stoppingText(0), stoppingText(1), stoppingText(2)]).toEqual([
      "stopping\n",
      "stopping 1 running task, which may take up to 4 s\n",
      "stopping 2 running tasks, which may take up to 4 s\n",
    ]);
  });
});
