import { describe, expect, it } from "@jest/globals";
import { runGraph } from "../../src/engine/run-graph.js";
import { react } from "../../src/engine/schedule.js";
import { chain, node, statuses, told } from "./nodes.js";

const DIAMOND = runGraph([
  node("Top"),
  node("Left", { upstreams: ["Top"], retries: 2 }),
  node("Right", { upstreams: ["Top"] }),
  node("Bottom", { upstreams: ["Left", "Right"] }),
]);

describe("react", () => {
  it("begins with what has no upstreams", () => {
    expect(react(DIAMOND, statuses({}), { kind: "begin" })).toEqual([
      { taskName: "Top", state: "scheduled", tryNumber: 0, lastTry: 1 },
    ]);
  });

  it("schedules what a success sets free, with its tries", () => {
    const changes = react(DIAMOND, statuses({ Top: "running" }), {
      kind: "ended",
      taskName: "Top",
      outcome: "success",
    });
    expect(changes).toEqual([
      { taskName: "Top", state: "success", tryNumber: 1, lastTry: 1 },
      { taskName: "Left", state: "scheduled", tryNumber: 0, lastTry: 3 },
      { taskName: "Right", state: "scheduled", tryNumber: 0, lastTry: 1 },
    ]);
  });

  it("waits for all upstreams", () => {
    const now = statuses({ Top: "success", Left: "running", Right: "running" });
    expect(told(react(DIAMOND, now, { kind: "ended", taskName: "Left", outcome: "success" }))).toEqual([
      "Left: success",
    ]);
  });

  it("tries again as often as the node has retries, then fails with all that is below", () => {
    const at = (tryNumber: number) => statuses({ Left: { state: "running", tryNumber, lastTry: 3 } });
    const failed = { kind: "ended", taskName: "Left", outcome: "failed" } as const;
    expect(told(react(DIAMOND, at(1), failed))).toEqual(["Left: up_for_retry"]);
    expect(told(react(DIAMOND, at(2), failed))).toEqual(["Left: up_for_retry"]);
    expect(told(react(DIAMOND, at(3), failed))).toEqual(["Left: failed", "Bottom: upstream_failed"]);
  });

  it("never tries again what said that it is skipped", () => {
    const now = statuses({ Left: { state: "running", tryNumber: 1, lastTry: 3 } });
    expect(told(react(DIAMOND, now, { kind: "ended", taskName: "Left", outcome: "skipped" }))).toEqual([
      "Left: skipped",
      "Bottom: skipped",
    ]);
  });

  it("counts tries from one, and schedules a retry when it is due", () => {
    const waits = statuses({ Left: { state: "up_for_retry", tryNumber: 1, lastTry: 3 } });
    expect(react(DIAMOND, waits, { kind: "retry_due", taskName: "Left" })).toEqual([
      { taskName: "Left", state: "scheduled", tryNumber: 1, lastTry: 3 },
    ]);
    const may = statuses({ Left: { state: "scheduled", tryNumber: 1, lastTry: 3 } });
    expect(react(DIAMOND, may, { kind: "started", taskName: "Left" })).toEqual([
      { taskName: "Left", state: "running", tryNumber: 2, lastTry: 3 },
    ]);
  });

  it("decides as soon as a rule allows, and only once", () => {
    const graph = runGraph([
      node("A"),
      node("B"),
      node("Early", { upstreams: ["A", "B"], triggerRule: "one_success" }),
      node("Alarm", { upstreams: ["A", "B"], triggerRule: "one_failed" }),
    ]);
    const first = react(graph, statuses({ A: "running", B: "running" }), {
      kind: "ended",
      taskName: "A",
      outcome: "success",
    });
    expect(told(first)).toEqual(["A: success", "Early: scheduled"]);
    const second = react(graph, statuses({ A: "success", B: "running", Early: "running" }), {
      kind: "ended",
      taskName: "B",
      outcome: "failed",
    });
    expect(told(second)).toEqual(["B: failed", "Alarm: scheduled"]);
  });

  it("goes on from where a run was: done is done, with more tries for the rest", () => {
    const now = statuses({ Top: "success", Left: { state: null, tryNumber: 3, lastTry: 3 }, Right: "success" });
    expect(react(DIAMOND, now, { kind: "begin" })).toEqual([
      { taskName: "Left", state: "scheduled", tryNumber: 3, lastTry: 6 },
    ]);
  });

  it("passes a failure down a chain of ten thousand", () => {
    const graph = runGraph(chain(10_000));
    const changes = react(graph, statuses({ T0: "running" }), { kind: "ended", taskName: "T0", outcome: "failed" });
    expect(changes).toHaveLength(10_000);
    expect(told(changes.slice(-1))).toEqual(["T9999: upstream_failed"]);
  });

  it("knows one node alone, as if it had no upstreams", () => {
    expect(told(react(runGraph([...DIAMOND.nodes.values()], "Bottom"), statuses({}), { kind: "begin" }))).toEqual([
      "Bottom: scheduled",
    ]);
  });

  it("changes nothing that it was given", () => {
    const now = Object.freeze(statuses({ Top: "running" }));
    const before = [...now];
    react(DIAMOND, now, { kind: "ended", taskName: "Top", outcome: "success" });
    expect([...now]).toEqual(before);
  });
});
