import { describe, expect, it } from "@jest/globals";
import { runGraph, type RunNode } from "../../src/engine/run-graph.js";
import { runNodes, type NodesRequest } from "../../src/engine/run-nodes.js";
import type { Tries } from "../../src/engine/run-tries.js";
import type { OpenTry } from "../../src/engine/run-state.js";
import type { FoundTry, TaskProcess } from "../../src/engine/task-process.js";
import type { TaskChanged } from "../../src/model/run-events.js";
import { chain, node, statuses } from "./nodes.js";

/** Tries that end by themselves with the exit codes they are told, without a process. */
class FakeTries implements Tries {
  readonly started: string[] = [];
  readonly stopped: string[] = [];
  readonly tidied: string[] = [];
  atOnce = 0;
  mostAtOnce = 0;

  constructor(
    /** By task name: the exit code of each try; else 0. `hangs`: runs until it is stopped. */
    readonly exitCodes: Readonly<Record<string, readonly (number | "hangs")[]>> = {},
    readonly found: Readonly<Record<string, FoundTry>> = {},
  ) {}

  start({ taskName }: RunNode, tryNumber: number): TaskProcess {
    this.started.push(`${taskName} ${tryNumber}`);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const exitCode = this.exitCodes[taskName]?.[tryNumber - 1] ?? 0;
    let end: (code: number) => void = () => undefined;
    const ended = new Promise<number>((resolve) => (end = resolve)).finally(() => (this.atOnce -= 1));
    if (exitCode !== "hangs") setImmediate(() => end(exitCode));
    return {
      ended,
      stop: () => {
        this.stopped.push(taskName);
        setImmediate(() => end(143));
      },
    };
  }

  find({ taskName }: OpenTry): FoundTry {
    return this.found[taskName] ?? { kind: "gone" };
  }

  tidy(taskName: string, tryNumber: number): void {
    this.tidied.push(`${taskName} ${tryNumber}`);
  }

  logOf(taskName: string, tryNumber: number): string {
    return `tasks/${taskName}/${tryNumber}.log`;
  }

  reasonOf(taskName: string): string | undefined {
    return taskName === "Explains" ? "Error: no darks" : undefined;
  }
}

async function run(nodes: readonly RunNode[], tries: Tries, options: Partial<NodesRequest> = {}) {
  const events: TaskChanged[] = [];
  const result = await runNodes({
    graph: runGraph(nodes),
    statuses: statuses({}),
    open: [],
    maxParallel: 4,
    retryDelaySeconds: undefined,
    tries,
    record: (event) => void events.push(event),
    stop: new AbortController().signal,
    ...options,
  });
  const states = Object.fromEntries([...result].map(([name, { state }]) => [name, state]));
  return { states, events, tries: Object.fromEntries([...result].map(([name, { tryNumber }]) => [name, tryNumber])) };
}

describe("runNodes", () => {
  it("runs a thousand nodes, each once, each after its upstreams, and never more at once than allowed", async () => {
    const nodes = Array.from({ length: 1000 }, (_, index) =>
      node(`T${index}`, {
        upstreams: [index - 1, index - 7, index - 31].filter((one) => one >= 0).map((one) => `T${one}`),
      }),
    ).map((one, index) => (index % 10 < 5 ? { ...one, upstreams: one.upstreams.slice(1) } : one));
    const tries = new FakeTries();
    const { states } = await run(nodes, tries, { maxParallel: 3 });
    expect(new Set(tries.started).size).toBe(1000);
    expect(tries.started).toHaveLength(1000);
    expect(Object.values(states).every((state) => state === "success")).toBe(true);
    expect(tries.mostAtOnce).toBe(3);
    const place = new Map(tries.started.map((text, index) => [text.split(" ")[0], index]));
    for (const { taskName, upstreams } of nodes) {
      for (const upstream of upstreams) expect(place.get(upstream)).toBeLessThan(place.get(taskName) ?? -1);
    }
  });

  it("runs one after another with one place", async () => {
    const tries = new FakeTries();
    await run([node("A"), node("B"), node("C")], tries, { maxParallel: 1 });
    expect(tries.mostAtOnce).toBe(1);
  });

  it("takes exit 0, 99 and the others as Airflow does", async () => {
    const tries = new FakeTries({ Skips: [99], Fails: [1], Explains: [78] });
    const { states, events } = await run(
      [
        node("Fine"),
        node("Skips"),
        node("Fails"),
        node("Explains"),
        node("AfterSkip", { upstreams: ["Skips"] }),
        node("AfterFail", { upstreams: ["Fails"] }),
      ],
      tries,
    );
    expect(states).toEqual({
      Fine: "success",
      Skips: "skipped",
      Fails: "failed",
      Explains: "failed",
      AfterSkip: "skipped",
      AfterFail: "upstream_failed",
    });
    const reasons = events.filter(({ state }) => state === "failed").map(({ reason }) => reason);
    expect(reasons.sort()).toEqual(["Error: no darks", "its process ended with exit code 1"]);
  });

  it("tries again after the node's delay, or the one that is asked for", async () => {
    const nodes = [node("Flaky", { retries: 2, retryDelaySeconds: 0.3 })];
    const gaps: Record<string, number> = {};
    for (const [label, retryDelaySeconds] of [
      ["own", undefined],
      ["asked", 0],
    ] as const) {
      const tries = new FakeTries({ Flaky: [1, 1, 0] });
      const began = performance.now();
      const { states, tries: counts } = await run(nodes, tries, { retryDelaySeconds });
      gaps[label] = performance.now() - began;
      expect([states["Flaky"], counts["Flaky"]]).toEqual(["success", 3]);
    }
    expect(gaps["own"]).toBeGreaterThanOrEqual(590);
    expect(gaps["asked"]).toBeLessThan(300);
  });

  it("stops a task at its execution timeout, which is a failure and can be tried again", async () => {
    const tries = new FakeTries({ Slow: ["hangs", 0] });
    const { states, events } = await run([node("Slow", { executionTimeoutSeconds: 0.05, retries: 1 })], tries);
    expect(tries.stopped).toEqual(["Slow"]);
    expect(states).toEqual({ Slow: "success" });
    expect(events.find(({ state }) => state === "up_for_retry")?.reason).toBe(
      "stopped at its execution timeout of 0.05 s",
    );
  });

  it("stops what runs and starts nothing more when it is told to stop, retries included", async () => {
    const stop = new AbortController();
    const tries = new FakeTries({ Hangs: ["hangs"], Retries: [1] });
    setTimeout(() => stop.abort("SIGINT"), 50);
    const { states } = await run(
      [node("Hangs"), node("Retries", { retries: 1, retryDelaySeconds: 60 }), node("After", { upstreams: ["Hangs"] })],
      tries,
      { stop: stop.signal },
    );
    expect(states).toEqual({ Hangs: null, Retries: "up_for_retry" });
    expect(tries.started).toEqual(["Hangs 1", "Retries 1"]);
  });

  it("starts nothing when it is told to stop before it begins", async () => {
    const tries = new FakeTries();
    expect((await run(chain(3), tries, { stop: AbortSignal.abort("SIGINT") })).states).toEqual({});
    expect(tries.started).toEqual([]);
  });

  it("goes on with tries that outlived a killed run, and those that ended unseen", async () => {
    const alive: TaskProcess = {
      ended: new Promise((resolve) => setTimeout(() => resolve(0), 30)),
      stop: () => undefined,
    };
    const tries = new FakeTries(
      {},
      {
        Alive: { kind: "running", process: alive },
        Done: { kind: "ended", exitCode: 0 },
        Skipped: { kind: "ended", exitCode: 99 },
        Broke: { kind: "ended", exitCode: 1 },
        Killed: { kind: "gone" },
      },
    );
    const names = ["Alive", "Done", "Skipped", "Broke", "Killed"];
    const open = names.map((taskName) => ({ taskName, tryNumber: 1, lastTry: 1, startedAt: Date.now() }));
    const { states, tries: counts } = await run(
      [...names.map((name) => node(name)), node("End", { upstreams: ["Alive", "Done"] })],
      tries,
      {
        open,
        statuses: statuses(Object.fromEntries(names.map((name) => [name, { state: null, tryNumber: 1, lastTry: 1 }]))),
      },
    );
    expect(states).toEqual({
      Alive: "success",
      Done: "success",
      Skipped: "skipped",
      Broke: "success",
      Killed: "success",
      End: "success",
    });
    expect(tries.started.sort()).toEqual(["Broke 2", "End 1", "Killed 2"]);
    expect(counts).toMatchObject({ Alive: 1, Done: 1, Broke: 2, Killed: 2 });
  });

  it("stops all when an event cannot be written down", async () => {
    const tries = new FakeTries({ Hangs: ["hangs"] });
    const full = (event: TaskChanged): void => {
      if (event.state === "success") throw new Error("no space left on device");
    };
    await expect(run([node("Hangs"), node("Quick")], tries, { record: full })).rejects.toThrow("no space left");
    expect(tries.stopped).toContain("Hangs");
    expect(tries.atOnce).toBe(0);
  });
});
