import { describe, expect, it } from "@jest/globals";
import { expectTypeOf } from "expect-type";
import { TASK_BRAND, TASK_SKIPPED_BRAND } from "../src/authoring/brand.js";
import { TaskBase, TaskSkipped, type TaskContext } from "../src/authoring/task.js";
import type { TaskClass } from "../src/authoring/workflow.js";
import { rollbackTask, runTask } from "../src/testing.js";

type Phase = "setup" | "preRun" | "run" | "postRun" | "recordProvenance" | "rollback" | "teardown";

/** A Task that logs each of its phases, and then throws where it is given something to throw. */
function taskThat(throws: Partial<Record<Phase, unknown>> = {}): TaskClass {
  const phase = (task: TaskBase, name: Phase): void => {
    task.log.info(name);
    if (name in throws) throw throws[name];
  };
  return class extends TaskBase {
    override setup = (): void => phase(this, "setup");
    override preRun = (): void => phase(this, "preRun");
    run = (): void => phase(this, "run");
    override postRun = (): void => phase(this, "postRun");
    override recordProvenance = (): void => phase(this, "recordProvenance");
    override rollback = (): void => phase(this, "rollback");
    override teardown = (): void => phase(this, "teardown");
  };
}

const ALL = "setup preRun run postRun recordProvenance teardown";
const boom = new Error("boom");
const skipped = new TaskSkipped("no frames");
const otherSkipped = Object.assign(new Error("not ours"), { [TASK_SKIPPED_BRAND]: true });
const offline = Object.assign(new Error("no route"), { code: "EHOSTUNREACH" });

describe("runTask", () => {
  const run = "setup preRun run teardown";
  it.each<readonly [string, Partial<Record<Phase, unknown>>, ran: string, ended: string]>([
    ["all is well", {}, ALL, "success, exit 0"],
    ["setup throws", { setup: boom }, "setup teardown", "failed, exit 1, in setup: Error: boom"],
    ["preRun throws", { preRun: boom }, "setup preRun teardown", "failed, exit 1, in preRun: Error: boom"],
    ["run throws", { run: boom }, run, "failed, exit 1, in run: Error: boom"],
    [
      "postRun throws",
      { postRun: boom },
      "setup preRun run postRun teardown",
      "failed, exit 1, in postRun: Error: boom",
    ],
    ["recordProvenance throws", { recordProvenance: boom }, ALL, "failed, exit 1, in recordProvenance: Error: boom"],
    ["teardown throws", { teardown: boom }, ALL, "failed, exit 1, in teardown: Error: boom"],
    ["the first failure counts", { run: boom, teardown: offline }, run, "failed, exit 1, in run: Error: boom"],
    ["the network fails", { run: offline }, run, "failed, exit 75, in run: Error: no route"],
    ["nothing is thrown", { run: undefined }, run, "failed, exit 1, in run: undefined"],
    ["it skips itself", { run: skipped }, run, "skipped, exit 99, in run: TaskSkipped: no frames"],
    ["another copy's TaskSkipped", { run: otherSkipped }, run, "skipped, exit 99, in run: Error: not ours"],
    [
      "nothing is skipped in teardown",
      { teardown: skipped },
      ALL,
      "failed, exit 1, in teardown: TaskSkipped: no frames",
    ],
    [
      "a teardown that fails after a skip",
      { run: skipped, teardown: boom },
      run,
      "failed, exit 1, in teardown: Error: boom",
    ],
  ])("ends as on a worker: %s", async (_, throws, ran, ended) => {
    const { outcome, error, phase, exitCode, log, task } = await runTask(taskThat(throws));
    const where = phase === undefined ? "" : `, in ${phase}: ${String(error)}`;
    expect(`${outcome}, exit ${exitCode}${where}`).toBe(ended);
    expect(log.map(({ message }) => message).join(" ")).toBe(ran);
    expect(task).toBeInstanceOf(TaskBase);
  });

  it("tells a constructor that throws", async () => {
    class Broken extends TaskBase {
      constructor(context: TaskContext) {
        super(context);
        throw boom;
      }
      run(): void {
        // never made
      }
    }
    expect(await runTask(Broken)).toEqual({
      ...{ outcome: "failed", error: boom, phase: "constructor", exitCode: 1, log: [], task: undefined },
    });
    expect((await runTask(taskThat(), { recipeRunId: 0 })).error).toBeInstanceOf(TypeError);
  });

  it("gives the task a context, with a default for all of it", async () => {
    const { task } = await runTask(taskThat());
    expect(task).toMatchObject({
      recipeRunId: 1,
      workflowName: "test",
      workflowVersion: "dev",
      tryNumber: 1,
      conf: {},
    });
    expect(task?.assetPath("assets/a.json")).toBe("./assets/a.json");
    const seen = {
      recipeRunId: 7,
      workflowName: "w",
      workflowVersion: "1",
      taskName: "T",
      tryNumber: 2,
      conf: { a: 1 },
    };
    const { task: given } = await runTask(taskThat(), {
      ...seen,
      libraryVersions: { fits: "1.0.0" },
      assetsFolder: "/release/assets",
    });
    expect(given).toMatchObject({ ...seen, libraryVersions: { fits: "1.0.0" } });
    expect(given?.assetPath("a")).toBe("/release/assets/a");
  });

  it("gives the instance with its own type", async () => {
    class Other extends TaskBase {
      #private = 1;
      run(): void {
        this.log.info("other", { private: this.#private });
      }
    }
    class Counter extends TaskBase {
      counted = 0;
      async run(): Promise<void> {
        this.counted = await this.step("count", () => Promise.resolve(3));
        this.log.warn("counted", { frames: this.counted });
        this.log.debug("done");
      }
    }
    const { task, log } = await runTask(Counter);
    expectTypeOf(task).toEqualTypeOf<Counter | undefined>();
    const either = (Task: typeof Counter | typeof Other) => runTask(Task).then((result) => result.task);
    expectTypeOf(either).returns.resolves.toEqualTypeOf<Counter | Other | undefined>();
    expect(task?.counted).toBe(3);
    expect(log).toEqual([
      { level: "warn", message: "counted", fields: { frames: 3 } },
      { level: "debug", message: "done", fields: {} },
    ]);
  });

  it("gives the lines to the test's own log, too", async () => {
    const lines: unknown[] = [];
    const keep = (...parameters: unknown[]): void => void lines.push(parameters);
    const { log } = await runTask(taskThat(), { log: { debug: keep, info: keep, warn: keep, error: keep } });
    expect(lines).toEqual(log.map(({ message, fields }) => [message, fields]));
    expect(lines).toHaveLength(6);
  });

  describe("a task that is stopped", () => {
    class Waits extends TaskBase {
      run(): Promise<void> {
        return new Promise((_, reject) => {
          this.signal.addEventListener("abort", () => reject(new Error("an echo")));
          this.log.info("waits");
        });
      }
      override teardown(): void {
        this.log.info("teardown");
      }
    }
    class Deaf extends Waits {
      override run(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    class Finishes extends Waits {
      override async run(): Promise<void> {
        await super.run().catch(() => undefined);
      }
    }

    it.each<readonly [string, TaskClass]>([
      ["throws", Waits],
      ["comes to its end all the same", Finishes],
      ["does not listen, after 2.5 seconds", Deaf],
    ])("has failed, and is torn down, when it %s", async (_, Task) => {
      const stop = new AbortController();
      const running = runTask(Task, { signal: stop.signal });
      setTimeout(() => stop.abort(new Error("enough")), 20);
      const { outcome, error, exitCode, log } = await running;
      expect({ outcome, exitCode, message: (error as Error).message }).toEqual({
        ...{ outcome: "failed", exitCode: 143, message: "enough" },
      });
      expect(log.at(-1)?.message).toBe("teardown");
    });

    it("does not even start, when it was stopped before", async () => {
      const { outcome, log } = await runTask(Waits, { signal: AbortSignal.abort() });
      expect([outcome, log.map(({ message }) => message)]).toEqual(["failed", ["teardown"]]);
    });
  });

  it("changes nothing of the process", async () => {
    const facts = (): unknown => ({
      listeners: process.eventNames().map((event) => [event, process.listenerCount(event)]),
      writes: [process.stdout, process.stderr].map((stream) => Reflect.get(stream, "write") as unknown),
      exitCode: process.exitCode,
    });
    const before = facts();
    let during: unknown;
    class Looks extends TaskBase {
      run(): never {
        during = facts();
        throw boom;
      }
    }
    await runTask(Looks);
    expect([during, facts()]).toEqual([before, before]);
  });

  it("takes a Task of another copy of the library", async () => {
    class Other {
      static readonly [TASK_BRAND] = 1;
      setup = (): void => undefined;
      preRun = this.setup;
      run = this.setup;
      postRun = this.setup;
      recordProvenance = this.setup;
      teardown = this.setup;
    }
    expect((await runTask(Other as never)).outcome).toBe("success");
  });

  it.each([
    undefined,
    null,
    "DarkCalibration",
    Map,
    new (taskThat())({ recipeRunId: 1, workflowName: "w", workflowVersion: "1" }),
  ])("refuses %p, which is no Task class", async (Task) => {
    await expect(runTask(Task as never)).rejects.toThrow(TypeError);
  });
});

describe("rollbackTask", () => {
  it("rolls back, and tears down", async () => {
    const { outcome, log } = await rollbackTask(taskThat());
    expect([outcome, log.map(({ message }) => message)]).toEqual(["success", ["setup", "rollback", "teardown"]]);
  });

  it("has failed when it cannot", async () => {
    expect(await rollbackTask(taskThat({ rollback: boom }))).toMatchObject({
      outcome: "failed",
      error: boom,
      phase: "rollback",
    });
    expect(await rollbackTask(taskThat({ rollback: skipped }))).toMatchObject({ outcome: "failed", exitCode: 1 });
  });
});
