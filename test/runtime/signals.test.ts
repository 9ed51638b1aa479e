import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { makeFixtureRelease, runTaskProcess, type FixtureRelease } from "./task-process.js";

let release: FixtureRelease;
beforeAll(() => {
  release = makeFixtureRelease();
});
afterAll(() => release.remove());

describe("a signal", () => {
  it.each(["setup", "preRun", "run", "postRun", "recordProvenance", "teardown"])(
    "during %s: the task hears it, teardown runs, exit 143 although the task returned",
    async (phase) => {
      const result = await runTaskProcess(release, {
        conf: { do: "wait and heed", in: phase },
        signals: [["waiting", "SIGTERM", 0]],
      });

      expect(result).toMatchObject({ code: 143, signal: null, report: undefined });
      expect(result.stdout).toContain("abort was heard");
      expect(result.phases.at(-1)).toBe("teardown");
      expect(result.phases.filter((name) => name === "teardown")).toHaveLength(1);
      expect(result.secondsAfterSignal).toBeLessThan(2);
    },
  );

  it.each(["run", "teardown"])("that %s ignores: exit 143 before the SIGKILL after 4 s", async (phase) => {
    const result = await runTaskProcess(release, {
      conf: { do: "wait and ignore", in: phase },
      signals: [["waiting", "SIGTERM", 0]],
    });

    expect(result).toMatchObject({ code: 143, signal: null });
    expect(result.phases.at(-1)).toBe("teardown");
    expect(result.secondsAfterSignal).toBeLessThan(4);
  });

  it("that run and teardown both ignore: exit 143 all the same", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "wait and ignore", in: ["run", "teardown"] },
      signals: [["waiting", "SIGTERM", 0]],
    });

    expect(result).toMatchObject({ code: 143, signal: null });
    expect(result.secondsAfterSignal).toBeLessThan(4);
  });

  it("SIGINT: exit 130", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "wait and heed" },
      signals: [["waiting", "SIGINT", 0]],
    });

    expect(result).toMatchObject({ code: 130, signal: null });
  });

  it("a second one ends it now", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "wait and ignore" },
      signals: [
        ["waiting", "SIGTERM", 0],
        ["SIGTERM received", "SIGTERM", 50],
      ],
    });

    expect(result).toMatchObject({ code: 143, signal: null });
    expect(result.secondsAfterSignal).toBeLessThan(1.5);
  });

  it("during work without a pause is heard after it: Node alone would exit 0", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "work without a pause" },
      signals: [["waiting", "SIGTERM", 0]],
    });

    expect(result).toMatchObject({ code: 143, signal: null });
  });

  it("cannot be heard by a loop that never ends: the operator's SIGKILL ends it, and that is no success", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "work for ever" },
      signals: [
        ["waiting", "SIGTERM", 0],
        ["waiting", "SIGKILL", 1_000],
      ],
    });

    expect(result).toMatchObject({ code: null, signal: "SIGKILL" });
  });

  it.each(["SIGTERM", "SIGINT"] as const)("%s while its module is loaded: never 0", async (signal) => {
    const loading = makeFixtureRelease(
      `() => { console.log("waiting"); return new Promise((resolve) => setTimeout(resolve, 30_000)); }`,
    );
    try {
      const result = await runTaskProcess(loading, { signals: [["waiting", signal, 0]] });

      expect(result).toMatchObject({ code: signal === "SIGTERM" ? 143 : 130, signal: null });
      expect(result.secondsAfterSignal).toBeLessThan(4.5);
    } finally {
      loading.remove();
    }
  });

  it("while 2 MB of its log wait for a reader that does not read: 143 before the SIGKILL", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "log while nobody reads" },
      signals: [["waiting", "SIGTERM", 200]],
      stopReading: true,
    });

    expect(result).toMatchObject({ code: 143, signal: null });
    expect(result.secondsAfterSignal).toBeLessThan(4.5);
  });

  it("after the end, while open handles are waited for: never 0", async () => {
    const result = await runTaskProcess(release, {
      conf: { do: "leave an interval" },
      signals: [["task done", "SIGTERM", 100]],
    });

    expect(result).toMatchObject({ code: 143, signal: null });
  });
});
