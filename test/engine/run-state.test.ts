import { describe, expect, it } from "@jest/globals";
import { runGraph } from "../../src/engine/run-graph.js";
import { countStates, nodesAtStart, readBack, runState } from "../../src/engine/run-state.js";
import type { TaskChanged } from "../../src/model/run-events.js";
import { node, statuses } from "./nodes.js";

const AT = "2026-01-02T03:04:05.678Z";

function event(taskName: string, state: TaskChanged["state"], more: Partial<TaskChanged> = {}): TaskChanged {
  return { event: "task", at: AT, taskName, state, tryNumber: 1, lastTry: 2, ...more };
}

describe("readBack", () => {
  it("keeps what tasks have done, and lets the rest be decided anew", () => {
    const {
      statuses: kept,
      open,
      ended,
    } = readBack([
      event("Done", "running"),
      event("Done", "success", { exitCode: 0 }),
      event("SaidSkip", "skipped", { exitCode: 99 }),
      event("RuledOut", "skipped", { tryNumber: 0, lastTry: 0 }),
      event("Failed", "failed", { exitCode: 1, tryNumber: 2 }),
      event("Below", "upstream_failed", { tryNumber: 0, lastTry: 0 }),
      event("Retries", "up_for_retry", { exitCode: 1 }),
      event("Next", "scheduled", { tryNumber: 0, lastTry: 1 }),
    ]);
    expect(Object.fromEntries([...kept].map(([name, { state, tryNumber }]) => [name, [state, tryNumber]]))).toEqual({
      Done: ["success", 1],
      SaidSkip: ["skipped", 1],
      RuledOut: [null, 0],
      Failed: [null, 2],
      Below: [null, 0],
      Retries: [null, 1],
      Next: [null, 0],
    });
    expect(open).toEqual([]);
    expect(ended.map(({ taskName, tryNumber }) => `${taskName} ${tryNumber}`)).toEqual([
      ...["Done 1", "SaidSkip 1", "Failed 2", "Retries 1"],
    ]);
  });

  it("names the tries that were under way", () => {
    expect(readBack([event("Busy", "scheduled"), event("Busy", "running", { tryNumber: 2 })]).open).toEqual([
      { taskName: "Busy", tryNumber: 2, lastTry: 2, startedAt: Date.parse(AT) },
    ]);
  });
});

describe("nodesAtStart", () => {
  it("tells what is done, what may still be running, and what waits", () => {
    const { statuses: kept, open } = readBack([
      event("Done", "success", { exitCode: 0 }),
      event("Failed", "failed", { exitCode: 1, tryNumber: 2 }),
      event("Busy", "running"),
    ]);
    const graph = runGraph([node("Done"), node("Failed"), node("Busy"), node("New")]);
    expect(nodesAtStart(graph, kept, open)).toEqual([
      { taskName: "Done", state: "success", tryNumber: 1 },
      { taskName: "Failed", state: null, tryNumber: 2 },
      { taskName: "Busy", state: "running", tryNumber: 1, startedAt: Date.parse(AT) },
      { taskName: "New", state: null, tryNumber: 0 },
    ]);
  });
});

describe("runState", () => {
  const graph = runGraph([node("A"), node("B", { upstreams: ["A"] }), node("C", { upstreams: ["A"] })]);

  it.each([
    [{ A: "success", B: "success", C: "skipped" }, "success"],
    [{ A: "success", B: "failed", C: "success" }, "failed"],
    [{ A: "failed", B: "upstream_failed", C: "success" }, "failed"],
    // As in Airflow: a teardown that succeeds makes the run a success.
    [{ A: "failed", B: "success", C: "success" }, "success"],
    [{ A: "success", B: "running", C: "failed" }, "stopped"],
    [{ A: "success" }, "stopped"],
  ] as const)("of %j is %s", (states, expected) => {
    expect(runState(graph, statuses(states))).toBe(expected);
  });

  it("counts", () => {
    expect(countStates(graph, statuses({ A: "success", B: "success" }))).toEqual({ success: 2, none: 1 });
  });
});
