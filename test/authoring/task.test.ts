import { afterEach, describe, expect, it } from "@jest/globals";
import { trace, type Span, type Tracer } from "@opentelemetry/api";
import { isTaskClass } from "../../src/authoring/brand.js";
import { TaskBase, TaskSkipped, type TaskContext } from "../../src/authoring/task.js";

class DarkCalibration extends TaskBase {
  run(): void {
    this.log.info("run");
  }
}

const CONTEXT: TaskContext = { recipeRunId: 7, workflowName: "l0_to_l1_vbi", workflowVersion: "1.4.0" };

describe("a Task", () => {
  it("has defaults for all that a worker knows and a unit test does not", () => {
    const task = new DarkCalibration(CONTEXT);

    expect(task).toMatchObject({ ...CONTEXT, taskName: "DarkCalibration", tryNumber: 1, conf: {}, log: console });
    expect(task.signal.aborted).toBe(false);
    expect(task.libraryVersions).toEqual({});
    expect(String(task)).toBe("DarkCalibration(recipe run 7, l0_to_l1_vbi 1.4.0)");
  });

  it("is named by the context, else by its static taskName, else by its class", () => {
    class Named extends DarkCalibration {
      static override readonly taskName = "Other";
    }

    expect(new Named(CONTEXT).taskName).toBe("Other");
    expect(new Named({ ...CONTEXT, taskName: "Given" }).taskName).toBe("Given");
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53, Infinity])("refuses the recipe run id %p", (recipeRunId) => {
    expect(() => new DarkCalibration({ ...CONTEXT, recipeRunId })).toThrow(TypeError);
  });

  it("asks for its library versions only when they are used", () => {
    let asked = 0;
    const context = {
      ...CONTEXT,
      get libraryVersions() {
        asked += 1;
        return { fits: "1.0.0" };
      },
    };
    const task = new DarkCalibration(context);

    expect(asked).toBe(0);
    expect(task.libraryVersions).toEqual({ fits: "1.0.0" });
  });

  it("has phases that do nothing unless it says otherwise", () => {
    const task = new DarkCalibration(CONTEXT);
    const phases = ["setup", "preRun", "postRun", "recordProvenance", "rollback", "teardown"] as const;

    for (const phase of phases) expect(task[phase]()).toBeUndefined();
  });

  it("is known by its brand, as is its subclass; its instance and other classes are not", () => {
    expect(isTaskClass(DarkCalibration)).toBe(true);
    expect(isTaskClass(class extends DarkCalibration {})).toBe(true);
    expect(isTaskClass(new DarkCalibration(CONTEXT))).toBe(false);
    expect(isTaskClass(Map)).toBe(false);
  });
});

describe("assetPath", () => {
  const task = new DarkCalibration({ ...CONTEXT, assetsFolder: "/release/assets" });

  it("is the path in the assets folder", () => {
    expect(task.assetPath("tables/gain.csv")).toBe("/release/assets/tables/gain.csv");
  });

  it.each(["", "/etc/passwd", "..", "a/../../b", "a\\..\\b"])("refuses %j", (name) => {
    expect(() => task.assetPath(name)).toThrow("is not the name of an asset");
  });

  it("says that there are none", () => {
    expect(() => new DarkCalibration(CONTEXT).assetPath("a")).toThrow("no assets folder here");
  });
});

describe("step", () => {
  const task = new DarkCalibration(CONTEXT);

  it("gives what the function gives, and throws what it throws", async () => {
    expect(await task.step("sync", () => 1)).toBe(1);
    expect(await task.step("async", () => Promise.resolve(2))).toBe(2);
    await expect(
      task.step("fails", () => {
        throw new RangeError("no");
      }),
    ).rejects.toThrow(RangeError);
  });

  describe("where a tracer is registered", () => {
    const spans: Record<string, unknown>[] = [];

    afterEach(() => {
      trace.disable();
      spans.length = 0;
    });

    /** As an SDK does it, with a tracer that only remembers. */
    function registerTracer(): void {
      const startActiveSpan = (name: string, work: (span: Span) => unknown): unknown => {
        const span: Record<string, unknown> = { name };
        spans.push(span);
        return work({
          setAttributes: (attributes: object) => (span["attributes"] = attributes),
          recordException: (error: unknown) => (span["exception"] = error),
          setStatus: (status: object) => (span["status"] = status),
          end: () => (span["ended"] = true),
        } as unknown as Span);
      };
      trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as unknown as Tracer });
    }

    it("is a span with the task's facts", async () => {
      registerTracer();

      expect(await task.step("average darks", () => "done")).toBe("done");
      expect(spans).toEqual([
        {
          name: "average darks",
          attributes: {
            "dkist.recipe_run_id": 7,
            "dkist.workflow": "l0_to_l1_vbi",
            "dkist.version": "1.4.0",
            "dkist.task": "DarkCalibration",
          },
          ended: true,
        },
      ]);
    });

    it("is a failed span for a function that throws", async () => {
      registerTracer();
      const error = new Error("no dark frames");

      await expect(task.step("average darks", () => Promise.reject(error))).rejects.toBe(error);
      expect(spans).toMatchObject([{ exception: error, status: { code: 2 }, ended: true }]);
    });
  });
});

describe("TaskSkipped", () => {
  it("has a reason", () => {
    expect(new TaskSkipped("no frames")).toMatchObject({ name: "TaskSkipped", message: "no frames" });
    expect(new TaskSkipped().message).toBe("nothing to do");
  });
});
