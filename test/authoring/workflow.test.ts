import { describe, expect, it } from "@jest/globals";
import { isTaskClass, TASK_BRAND, WORKFLOW_BRAND, workflowRecord } from "../../src/authoring/brand.js";
import { ResourceQueue } from "../../src/authoring/resource-queue.js";
import { TaskBase } from "../../src/authoring/task.js";
import { Workflow, type NodeOptions, type TaskClass } from "../../src/authoring/workflow.js";
import { taskReader } from "../../src/load/read-task.js";
import { readWorkflow } from "../../src/load/read-workflow.js";
import { A, B, C } from "../helpers/authored.js";

const named = { workflowName: "w" } as const;

describe("new Workflow", () => {
  it("mirrors the original's workflow_metadata: a composed name, no nodes yet, and what was given is kept", () => {
    const details = { inputData: "l0", outputData: "l1", category: "vbi", detail: "no-speckle", tags: ["speckle"] };
    const workflow = new Workflow({ ...details, workflowVersion: "1.4.0", workflowPackage: "@dkist/vbi" });
    expect(workflow.workflowName).toBe("l0_to_l1_vbi_no-speckle");
    expect(workflow[WORKFLOW_BRAND].nodes).toEqual([]);
    expect(workflow[WORKFLOW_BRAND].details).toEqual({
      ...details,
      workflowVersion: "1.4.0",
      workflowPackage: "@dkist/vbi",
    });
  });

  it("takes a plain name", () => {
    expect(new Workflow({ workflowName: "MyWorkflow" }).workflowName).toBe("MyWorkflow");
  });

  it.each([undefined, null, "l0", 7, () => undefined])("throws for %p, which is no details at all", (details) => {
    expect(() => new Workflow(details as never)).toThrow(TypeError);
  });

  it("throws for no wrong value: those are reported together", () => {
    expect(() => new Workflow({ workflowName: 7, tags: "x" } as never)).not.toThrow();
    expect(() => new Workflow({} as never).workflowName).not.toThrow();
  });

  it("mirrors the original's workflow_dunder: it can be printed", () => {
    expect(String(new Workflow(named).addNode(A))).toBe("Workflow(w, 1 nodes)");
  });

  it("is not changed by what the author does to the details later", () => {
    const details: { workflowName: string } = { ...named };
    const workflow = new Workflow(details);
    details.workflowName = "other";
    expect(workflow.workflowName).toBe("w");
  });
});

describe("addNode", () => {
  it("mirrors the original's workflow_add_node: nodes with their upstreams and queue, in order", () => {
    const workflow = new Workflow(named)
      .addNode(A, { upstreams: null })
      .addNode(B, { upstreams: A, resourceQueue: ResourceQueue.HIGH_MEMORY })
      .addNode(C, { upstreams: [A, B] });
    expect(workflow[WORKFLOW_BRAND].nodes.map(({ task, options }) => ({ task, options }))).toEqual([
      { task: A, options: { upstreams: null } },
      { task: B, options: { upstreams: A, resourceQueue: "high_memory" } },
      { task: C, options: { upstreams: [A, B] } },
    ]);
  });

  class NoTask {
    readonly retries = 0;
  }
  it.each([
    { label: "a class that is no Task", task: NoTask, named: "the function or class NoTask" },
    { label: "an instance", task: new NoTask(), named: "an object (NoTask)" },
    { label: "an object without a class", task: Object.create(null) as object, named: "an object (no class)" },
    { label: "a name", task: "A", named: 'the text "A"' },
    { label: "nothing", task: undefined, named: "undefined" },
    { label: "null", task: null, named: "null" },
    {
      label: "a nameless function",
      task: (
        () => () =>
          undefined
      )(),
      named: "(anonymous)",
    },
    { label: "a symbol", task: Symbol("s"), named: "Symbol(s)" },
    { label: "a list", task: [A], named: "an object (Array)" },
  ])("mirrors the original's invalid_workflow_add_node: a TypeError that names $label", (row) => {
    const { task, named: text }: { task: unknown; named: string } = row;
    const workflow = new Workflow(named);
    expect(() => workflow.addNode(task as never)).toThrow(TypeError);
    expect(() => workflow.addNode(task as never)).toThrow(text);
  });

  it.each([
    { label: "one bad upstream", upstreams: "A" },
    { label: "one bad among good ones", upstreams: [B, "A"] },
    { label: "a set, which is no list", upstreams: new Set([B]) },
    { label: "undefined in a list: an import that is not there yet", upstreams: [undefined] },
  ])("mirrors the original's invalid_node: a TypeError for $label, and no half-added node", ({ upstreams }) => {
    const workflow = new Workflow(named);
    expect(() => workflow.addNode(A, { upstreams: upstreams as never })).toThrow(/addNode\(A\): upstreams/);
    expect(workflow[WORKFLOW_BRAND].nodes).toEqual([]);
  });

  it.each(["A", 7, null])("throws a TypeError for the options %p", (options) => {
    expect(() => new Workflow(named).addNode(A, options as never)).toThrow(TypeError);
  });

  it("takes an upstream that is added later", () => {
    expect(() => new Workflow(named).addNode(B, { upstreams: A }).addNode(A)).not.toThrow();
  });

  it("keeps the upstreams as they were given, whatever becomes of the author's list", () => {
    const upstreams: TaskClass[] = [A];
    const workflow = new Workflow(named).addNode(A).addNode(B, { upstreams });
    upstreams.push("not a Task" as never);
    expect(workflow[WORKFLOW_BRAND].nodes[1]?.options["upstreams"]).toEqual([A]);
  });

  it("knows the line of every call", () => {
    const workflow = new Workflow(named);
    workflow.addNode(A);
    workflow
      .addNode(B) // one call below the other
      .addNode(C);
    const { site, nodes } = workflow[WORKFLOW_BRAND];
    const lines = [site, ...nodes.map((node) => node.site)].map(
      ({ stack = "" }) => /workflow\.test\.ts:(\d+):\d+/.exec(stack.split("\n")[1] ?? "")?.[1],
    );
    const [first] = lines.map(Number);
    expect(lines.map((line) => Number(line) - (first ?? 0))).toEqual([0, 1, 3, 4]);
  });

  it("knows the author's line below a subclass's own addNode", () => {
    class Verbose extends Workflow {
      override addNode(task: TaskClass, options?: NodeOptions): this {
        return super.addNode(task, options);
      }
    }
    const authorsLine = (): Workflow => new Verbose(named).addNode(A);
    const { stack = "" } = authorsLine()[WORKFLOW_BRAND].nodes[0]?.site ?? {};
    expect(stack.split("\n")[1]).toContain("authorsLine");
  });
});

describe("nodes", () => {
  class Named extends A {
    static override readonly taskName: string = "Given";
    static override readonly retries: number = 2;
    static override readonly retryDelaySeconds: number = 30;
    static override readonly executionTimeoutSeconds: number = 3600;
  }
  const DEFAULTS = {
    upstreams: [],
    resourceQueue: "default",
    retries: 0,
    retryDelaySeconds: 60,
    executionTimeoutSeconds: null,
    pool: null,
    priorityWeight: null,
    triggerRule: "all_success",
  };

  it("are what was written, in order, with the default for whatever was left out", () => {
    const workflow = new Workflow(named)
      .addNode(A)
      .addNode(Named, {
        upstreams: [A, A, B],
        resourceQueue: "high_memory",
        pool: "disk",
        priorityWeight: 7,
        triggerRule: "all_done",
      })
      .addNode(B, { upstreams: null });
    expect(workflow.nodes).toEqual([
      { ...DEFAULTS, task: A, taskName: "A" },
      {
        task: Named,
        taskName: "Given",
        upstreams: ["A", "B"],
        resourceQueue: "high_memory",
        retries: 2,
        retryDelaySeconds: 30,
        executionTimeoutSeconds: 3600,
        pool: "disk",
        priorityWeight: 7,
        triggerRule: "all_done",
      },
      { ...DEFAULTS, task: B, taskName: "B" },
    ]);
  });

  it("are the model that the commands work on, wherever nothing is wrong", () => {
    const workflow = new Workflow(named).addNode(A).addNode(Named, { upstreams: A, pool: "disk" }).addNode(B);
    const tasks = taskReader();
    const { model } = readWorkflow(workflow[WORKFLOW_BRAND], 0, "w.js", tasks);
    expect(workflow.nodes).toEqual(
      model.nodes.map(({ taskClass, ...node }) => ({ ...node, task: tasks.classes()[taskClass] })),
    );
  });

  it("are frozen, and know nothing of what comes later", () => {
    const workflow = new Workflow(named).addNode(A, { upstreams: B });
    const { nodes } = workflow;
    expect([nodes, nodes[0], nodes[0]?.upstreams].map(Object.isFrozen)).toEqual([true, true, true]);
    workflow.addNode(B);
    expect([nodes.length, workflow.nodes.length]).toEqual([1, 2]);
  });

  it("show a wrong value as it was given", () => {
    const workflow = new Workflow({ ...named, tags: "x" as never }).addNode(A, { triggerRule: "someday" as never });
    expect(workflow.nodes[0]?.triggerRule).toBe("someday");
    expect(workflow.tags).toEqual([]);
  });

  it("come with the tags", () => {
    expect(new Workflow({ ...named, tags: ["b", "a"] }).tags).toEqual(["b", "a"]);
    expect(new Workflow(named).tags).toEqual([]);
  });
});

describe("brands", () => {
  it("a Task class of another copy of the library counts", () => {
    abstract class OtherTaskBase {
      static readonly [TASK_BRAND] = 1;
      abstract run(): void;
    }
    class Other extends OtherTaskBase {
      run(): void {
        // never called
      }
    }
    expect(isTaskClass(Other)).toBe(true);
    expect(() => new Workflow(named).addNode(Other as never)).not.toThrow();
  });

  it("a Workflow of another copy counts", () => {
    const record = new Workflow(named)[WORKFLOW_BRAND];
    expect(workflowRecord({ [WORKFLOW_BRAND]: record })).toBe(record);
  });

  it.each([undefined, null, {}, [], "Workflow", Workflow, A])("%p is no Workflow", (value) => {
    expect(workflowRecord(value)).toBeUndefined();
  });

  it.each([undefined, null, {}, "A", NaN, Workflow, () => undefined])("%p is no Task class", (value) => {
    expect(isTaskClass(value)).toBe(false);
  });

  it("an instance of a Task is no Task class, the abstract base is one", () => {
    expect(isTaskClass(new A({ recipeRunId: 1, workflowName: "w", workflowVersion: "1" }))).toBe(false);
    expect(isTaskClass(TaskBase)).toBe(true);
  });
});
