import { describe, expect, it } from "@jest/globals";
import { taskReader } from "../../src/load/read-task.js";
import { taskCalled } from "../helpers/authored.js";

describe("taskReader", () => {
  it("reads a Task class once, however many nodes run it", () => {
    const tasks = taskReader();
    const task = taskCalled("Counted");
    let reads = 0;
    Object.defineProperty(task, "retries", { get: () => (reads += 1) });
    const read = tasks.read(task);
    expect(read).toEqual({
      index: 0,
      taskName: "Counted",
      options: { retries: 1, retryDelaySeconds: 60, executionTimeoutSeconds: null },
      wrong: [],
    });
    expect(tasks.read(task)).toBe(read);
    expect(reads).toBe(1);
  });

  it("numbers the classes as they are read, namesakes too", () => {
    const tasks = taskReader();
    const [first, second, third] = [taskCalled("A"), taskCalled("A"), taskCalled("B")];
    expect([first, second, first, third].map((task) => tasks.read(task).index)).toEqual([0, 1, 0, 2]);
    expect(tasks.classes()).toEqual([first, second, third]);
  });

  it("names a class without reading it: an upstream need be no node", () => {
    const tasks = taskReader();
    expect(tasks.nameOf(taskCalled("Upstream"))).toBe("Upstream");
    expect(tasks.classes()).toEqual([]);
  });

  it("keeps what is wrong for every node", () => {
    const task = taskCalled("Odd");
    Object.defineProperty(task, "retries", { value: -1 });
    Object.defineProperty(task, "executionTimeoutSeconds", {
      get: () => {
        throw new Error("no settings here");
      },
    });
    const { options, wrong } = taskReader().read(task);
    expect(options).toEqual({ retries: 0, retryDelaySeconds: 60, executionTimeoutSeconds: null });
    expect(wrong).toEqual([
      {
        code: "BAD_OPTION",
        field: "retries",
        message: "retries must be a whole number from 0 to 1000, but is -1",
        hint: undefined,
      },
      {
        code: "BAD_OPTION",
        field: "executionTimeoutSeconds",
        message: "executionTimeoutSeconds cannot be read: Error: no settings here",
        hint: "a static executionTimeoutSeconds must be a plain value",
      },
    ]);
  });
});
