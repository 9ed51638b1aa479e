/**
 * Wrong use is a compile error: every line below a `@ts-expect-error` must fail to compile, or the type check of this file
 * fails. Nothing here has to run, so it stands in functions that nobody calls.
 */
import { expect, it } from "@jest/globals";
import { expectTypeOf } from "expect-type";
import {
  ResourceQueue,
  TaskBase,
  Workflow,
  type ComposedWorkflow,
  type NamedWorkflow,
  type NodeOptions,
  type TaskClass,
  type TaskContext,
  type TriggerRule,
} from "../../src/index.js";

class Dark extends TaskBase {
  static override readonly retries = 2;
  static override readonly retryDelaySeconds = 60;
  static override readonly executionTimeoutSeconds = 3600;
  static override readonly taskName = "DarkCalibration";
  async run(): Promise<void> {
    await this.step("average", () => 1);
  }
}
class Gain extends TaskBase {
  run(): void {
    // not every task has to wait for something
  }
}
abstract class Calibration extends TaskBase {}
class NeedsMore extends TaskBase {
  constructor(
    context: TaskContext,
    readonly more: string,
  ) {
    super(context);
  }
  run(): void {
    // never made: addNode refuses the class
  }
}

const workflow = (): Workflow => new Workflow({ workflowName: "w" });

/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return -- what does not compile has
   no type to look at */
const wrongNodes = [
  // @ts-expect-error -- an abstract Task has no run()
  () => workflow().addNode(Calibration),
  // @ts-expect-error -- nor has the base class itself
  () => workflow().addNode(TaskBase),
  // @ts-expect-error -- an instance, not the class
  () => workflow().addNode(new Dark({ recipeRunId: 1, workflowName: "w", workflowVersion: "1" })),
  // @ts-expect-error -- a name, not the class
  () => workflow().addNode("Dark"),
  // @ts-expect-error -- a class that is no Task
  () => workflow().addNode(Map),
  // @ts-expect-error -- nothing could make it on a worker
  () => workflow().addNode(NeedsMore),
  // @ts-expect-error -- an upstream by name
  () => workflow().addNode(Dark, { upstreams: "Gain" }),
  // @ts-expect-error -- an abstract upstream
  () => workflow().addNode(Dark, { upstreams: [Gain, Calibration] }),
  // @ts-expect-error -- no such resource queue
  () => workflow().addNode(Dark, { resourceQueue: "high-memory" }),
  // @ts-expect-error -- no such member
  () => workflow().addNode(Dark, { resourceQueue: ResourceQueue.GPU }),
  // @ts-expect-error -- no such trigger rule
  () => workflow().addNode(Dark, { triggerRule: "all_succeeded" }),
  // @ts-expect-error -- a number, not a text
  () => workflow().addNode(Dark, { priorityWeight: "1" }),
  // @ts-expect-error -- a text, not a number
  () => workflow().addNode(Dark, { pool: 1 }),
  // @ts-expect-error -- retries belong to the Task
  () => workflow().addNode(Dark, { retries: 2 }),
  // @ts-expect-error -- a typing error
  () => workflow().addNode(Dark, { upstream: Gain }),
];

const wrongWorkflows = [
  // @ts-expect-error -- no name at all
  () => new Workflow({}),
  // @ts-expect-error -- nothing at all
  () => new Workflow(),
  // @ts-expect-error -- a part of the name is missing
  () => new Workflow({ inputData: "l0", outputData: "l1" }),
  // @ts-expect-error -- another one
  () => new Workflow({ outputData: "l1", category: "vbi" }),
  // @ts-expect-error -- detail alone names nothing
  () => new Workflow({ detail: "no-speckle" }),
  // @ts-expect-error -- both forms of the name
  () => new Workflow({ workflowName: "w", inputData: "l0", outputData: "l1", category: "vbi" }),
  // @ts-expect-error -- a part beside a plain name
  () => new Workflow({ workflowName: "w", detail: "d" }),
  // @ts-expect-error -- a name that is no text
  () => new Workflow({ workflowName: 1 }),
  // @ts-expect-error -- one tag is a list of one
  () => new Workflow({ workflowName: "w", tags: "t" }),
  // @ts-expect-error -- tags are texts
  () => new Workflow({ workflowName: "w", tags: [true] }),
  // @ts-expect-error -- versions are texts: 1.10 is not 1.1
  () => new Workflow({ workflowName: "w", workflowVersion: 1.1 }),
  // @ts-expect-error -- a typing error
  () => new Workflow({ workflowName: "w", version: "1" }),
];

const wrongTasks = [
  () => {
    // @ts-expect-error -- run() is missing
    class Nothing extends TaskBase {}
    return Nothing;
  },
  () => {
    // @ts-expect-error -- a number
    class Retries extends TaskBase {
      static override readonly retries = "2";
      run(): void {
        // never called
      }
    }
    return Retries;
  },
  () => {
    // @ts-expect-error -- undefined says that there is none
    class Timeout extends TaskBase {
      static override readonly executionTimeoutSeconds = null;
      run(): void {
        // never called
      }
    }
    return Timeout;
  },
  // @ts-expect-error -- the base class makes nothing
  () => new TaskBase({ recipeRunId: 1, workflowName: "w", workflowVersion: "1" }),
  // @ts-expect-error -- a Task needs to know its recipe run
  () => new Dark({ workflowName: "w", workflowVersion: "1" }),
  // @ts-expect-error -- a number
  () => new Dark({ recipeRunId: "1", workflowName: "w", workflowVersion: "1" }),
  // @ts-expect-error -- what is given is not changed
  (task: Dark) => (task.recipeRunId = 2),
];

/* eslint-enable */

it("what must not compile is compiled by nobody", () => {
  expect([wrongNodes, wrongWorkflows, wrongTasks].flat().every((wrong) => typeof wrong === "function")).toBe(true);
});

it("right use has the types that the documentation says", () => {
  expectTypeOf(Dark).toExtend<TaskClass>();
  expectTypeOf(Gain).toExtend<TaskClass>();
  expectTypeOf(Calibration).not.toExtend<TaskClass>();
  expectTypeOf<NodeOptions["upstreams"]>().toEqualTypeOf<TaskClass | readonly TaskClass[] | null | undefined>();
  expectTypeOf<ResourceQueue>().toEqualTypeOf<"default" | "high_memory">();
  expectTypeOf<"high_memory">().toExtend<NonNullable<NodeOptions["resourceQueue"]>>();
  expectTypeOf<"none_failed">().toExtend<TriggerRule>();
  expectTypeOf<{ workflowName: string; workflowVersion: string }>().toExtend<NamedWorkflow>();
  expectTypeOf<{ inputData: string; outputData: string; category: string }>().toExtend<ComposedWorkflow>();
  const chained = workflow()
    .addNode(Dark)
    .addNode(Gain, { upstreams: [Dark], resourceQueue: ResourceQueue.HIGH_MEMORY, triggerRule: "all_done" });
  expectTypeOf(chained).toEqualTypeOf<Workflow>();
  expectTypeOf<Dark["conf"][string]>().not.toBeAny();
  expectTypeOf<Dark["run"]>().returns.toEqualTypeOf<Promise<void>>();
});
