import { describe, expect, it } from "@jest/globals";
import { WORKFLOW_BRAND } from "../../src/authoring/brand.js";
import { taskNameOf, Workflow, type TaskClass } from "../../src/authoring/workflow.js";
import { taskReader } from "../../src/load/read-task.js";
import { readWorkflow, type ReadWorkflow } from "../../src/load/read-workflow.js";
import { A, B, C, D, taskCalled } from "../helpers/authored.js";

function read(workflow: Workflow): ReadWorkflow {
  return readWorkflow(workflow[WORKFLOW_BRAND], 4, "dist/w.js", taskReader());
}

/** Details and options as JavaScript without types may write them. */
const workflow = (details: object = {}): Workflow => new Workflow({ workflowName: "w", ...details });
const withNode = (options: object, task: TaskClass = A): Workflow => workflow().addNode(task, options);
const withStatics = (statics: object): Workflow => withNode({}, odd(statics));

function inheriting(task: TaskClass): TaskClass {
  return class Sub extends (task as typeof A) {};
}

function odd(statics: object): TaskClass {
  const task = taskCalled("Odd");
  for (const [name, value] of Object.entries(statics)) Object.defineProperty(task, name, { value });
  return task;
}

describe("readWorkflow", () => {
  it("mirrors the original's workflow_metadata: name, and the tag set of tags, input, output and category", () => {
    const { model, findings } = read(
      new Workflow({
        inputData: "l0",
        outputData: "l1",
        category: "vbi",
        detail: "no-speckle",
        tags: ["speckle", "vbi", "Alpha"],
        workflowVersion: "1.4.0",
        workflowPackage: "@dkist/vbi",
      }),
    );
    expect(findings).toEqual([]);
    expect(model).toEqual({
      workflowName: "l0_to_l1_vbi_no-speckle",
      workflowVersion: "1.4.0",
      tags: ["Alpha", "l0", "l1", "speckle", "vbi"],
      workflowPackage: "@dkist/vbi",
      file: "dist/w.js",
      nodes: [],
    });
  });

  it("mirrors the original's workflow_add_node: four tasks with exactly their upstreams", () => {
    const { model, findings } = read(
      workflow()
        .addNode(A, { upstreams: null })
        .addNode(B, { upstreams: A })
        .addNode(C, { upstreams: [A], resourceQueue: "high_memory" })
        .addNode(D, { upstreams: [B, C] }),
    );
    expect(findings).toEqual([]);
    expect(model.nodes.map(({ taskName, upstreams, resourceQueue }) => [taskName, upstreams, resourceQueue])).toEqual([
      ["A", [], "default"],
      ["B", ["A"], "default"],
      ["C", ["A"], "high_memory"],
      ["D", ["B", "C"], "default"],
    ]);
  });

  it("gives every option its default", () => {
    expect(read(withNode({})).model.nodes[0]).toEqual({
      taskName: "A",
      taskClass: 0,
      upstreams: [],
      resourceQueue: "default",
      retries: 0,
      retryDelaySeconds: 60,
      executionTimeoutSeconds: null,
      pool: null,
      priorityWeight: null,
      triggerRule: "all_success",
    });
  });

  it("reads every option", () => {
    class Careful extends A {
      static override readonly taskName = "Careful.v2";
      static override readonly retries = 3;
      static override readonly retryDelaySeconds = 0.5;
      static override readonly executionTimeoutSeconds = 3600;
    }
    const { model, findings } = read(
      withNode({ resourceQueue: "gpu", pool: "scratch", priorityWeight: -5, triggerRule: "all_done" }, Careful),
    );
    expect(findings).toEqual([]);
    expect(model.nodes[0]).toMatchObject({
      taskName: "Careful.v2",
      retries: 3,
      retryDelaySeconds: 0.5,
      executionTimeoutSeconds: 3600,
      resourceQueue: "gpu",
      pool: "scratch",
      priorityWeight: -5,
      triggerRule: "all_done",
    });
  });

  it("accepts a repeated upstream once, as the original's end_to_end workflow has one", () => {
    const { model, findings } = read(
      workflow()
        .addNode(A)
        .addNode(B, { upstreams: [A, A] }),
    );
    expect(model.nodes[1]?.upstreams).toEqual(["A"]);
    expect(findings).toEqual([]);
  });

  it("numbers classes, not names: two classes of one name stay two", () => {
    const { model } = read(workflow().addNode(taskCalled("Same")).addNode(taskCalled("Same")));
    expect(model.nodes.map(({ taskClass }) => taskClass)).toEqual([0, 1]);
  });

  it("makes tags unique and sorts them by code unit", () => {
    expect(read(workflow({ tags: ["b", "a", "b", "B", "é"] })).model.tags).toEqual(["B", "a", "b", "é"]);
  });
});

describe("BAD_OPTION of a workflow", () => {
  it.each([
    { label: "a name that is no text", details: { workflowName: 7 }, field: "workflowName" },
    { label: "tags that are no list", details: { tags: "t" }, field: "tags" },
    {
      label: "tags that are no texts, which the original pastes into Python",
      details: { tags: [true] },
      field: "tags",
    },
    { label: "an empty tag", details: { tags: [""] }, field: "tags" },
    { label: "a tag of 101 characters, which Airflow refuses", details: { tags: ["a".repeat(101)] }, field: "tags" },
    { label: "half a surrogate pair in a tag", details: { tags: ["\ud83d"] }, field: "tags" },
    { label: "a NUL in a tag", details: { tags: ["a\0"] }, field: "tags" },
    { label: "a version that is no text", details: { workflowVersion: 1.1 }, field: "workflowVersion" },
    { label: "an empty version", details: { workflowVersion: "" }, field: "workflowVersion" },
    { label: "a package that is no text", details: { workflowPackage: {} }, field: "workflowPackage" },
    { label: "an option that is none", details: { tag: ["t"] }, field: "tag" },
    { label: "a part beside a plain name", details: { inputData: "l0" }, field: "inputData" },
  ])("$label", ({ details, field }) => {
    const { findings } = read(workflow(details));
    expect(findings.map(({ code, severity, location, at }) => ({ code, severity, location, at }))).toEqual([
      {
        code: "BAD_OPTION",
        severity: "error",
        location: { file: "dist/w.js", workflow: "workflowName" in details ? "unnamed" : "w", field },
        at: { workflow: 4 },
      },
    ]);
    expect(findings[0]?.message).toContain(field);
  });

  it.each([
    { label: "missing", value: undefined },
    { label: "empty", value: "" },
    { label: "null", value: null },
    { label: "a number", value: 0 },
  ])("each part of a composed name that is $label", ({ value }) => {
    const details = { inputData: value, outputData: value, category: value, detail: 7 };
    const { model, findings } = read(new Workflow(details as never));
    expect(findings.map(({ location }) => location.field)).toEqual(["inputData", "outputData", "category", "detail"]);
    expect(model.workflowName).toBe("unnamed_to_unnamed_unnamed");
    expect(model.tags).toEqual([]);
  });

  it("counts characters as Python does: 100 of them outside the basic plane are fine", () => {
    expect(read(workflow({ tags: ["\u{1f52d}".repeat(100)] })).findings).toEqual([]);
  });

  it("names the nearest option", () => {
    expect(read(workflow({ tag: [] })).findings[0]?.hint).toBe("did you mean tags?");
    expect(read(withNode({ upstream: A })).findings[0]?.hint).toBe("did you mean upstreams?");
    expect(read(withNode({ frobnicate: 1 })).findings[0]?.hint).toContain("triggerRule");
  });
});

describe("BAD_OPTION of a node", () => {
  it.each([
    { field: "resourceQueue", wrong: [7, "", null, "a\0", {}] },
    { field: "pool", wrong: [7, "", null, true, "p".repeat(257), "two words", "p\n"] },
    { field: "priorityWeight", wrong: ["1", 0.5, NaN, Infinity, null, 2 ** 31] },
    { field: "triggerRule", wrong: ["all_succeeded", "", null, 1, "dummy"] },
  ])("$field", ({ field, wrong }) => {
    for (const value of wrong) {
      const { model, findings } = read(withNode({ [field]: value }));
      expect(findings).toMatchObject([
        {
          code: "BAD_OPTION",
          location: { file: "dist/w.js", workflow: "w", node: "A", field },
          at: { workflow: 4, node: 0 },
        },
      ]);
      expect(model.nodes[0]).toEqual(read(withNode({})).model.nodes[0]); // a usable default in its place
    }
  });

  it.each([
    { field: "retries", wrong: [-1, 0.5, NaN, Infinity, "2", null, undefined, 1001] },
    { field: "retryDelaySeconds", wrong: [-1, NaN, Infinity, "60", null, undefined, 1e10] },
    { field: "executionTimeoutSeconds", wrong: [0, -1, 0.5, NaN, Infinity, "60", null, 1e10] },
    { field: "taskName", wrong: [7, null, {}] },
  ])("static $field", ({ field, wrong }) => {
    for (const value of wrong) {
      const { model, findings } = read(withStatics({ [field]: value }));
      expect(findings).toMatchObject([
        { code: "BAD_OPTION", location: { node: "Odd", field }, at: { workflow: 4, node: 0 } },
      ]);
      expect(model.nodes[0]).toMatchObject({ taskName: "Odd", retries: 0, retryDelaySeconds: 60 });
    }
  });

  it.each([
    ["retries", { retries: 0 }],
    ["retryDelaySeconds", { retryDelaySeconds: 60 }],
    ["executionTimeoutSeconds", { executionTimeoutSeconds: null }],
    ["taskName", { taskName: "Odd" }],
  ])("static %s whose getter throws, beside the others of its workflow", (field, stands) => {
    const task = taskCalled("Odd");
    const get = (): never => {
      throw new TypeError("no vault\nat all");
    };
    Object.defineProperty(task, field, { get });
    const { model, findings } = read(workflow({ tags: [""] }).addNode(task));
    expect(findings).toMatchObject([
      { code: "BAD_OPTION", location: { field: "tags" } },
      { code: "BAD_OPTION", message: `${field} cannot be read: TypeError: no vault`, location: { node: "Odd", field } },
    ]);
    expect(model.nodes[0]).toMatchObject(stands);
  });

  it("names the trigger rule that was meant", () => {
    expect(read(withNode({ triggerRule: "all_sucess" })).findings).toMatchObject([
      { code: "BAD_OPTION", hint: "did you mean all_success?" },
    ]);
  });

  it("an option that is none", () => {
    expect(read(withNode({ retries: 2 })).findings).toMatchObject([
      { code: "BAD_OPTION", message: "retries is not an option of a node", location: { node: "A", field: "retries" } },
    ]);
  });

  it("a list, where the original took only a list or a class", () => {
    expect(
      read(
        workflow()
          .addNode(A)
          .addNode(B, { upstreams: Object.freeze([A]) }),
      ).findings,
    ).toEqual([]);
  });

  it("shows the wrong value, short and on one line", () => {
    const [{ message } = { message: "" }] = read(withNode({ pool: { text: "x\n".repeat(500) } })).findings;
    expect(message.length).toBeLessThan(250);
    expect(message).not.toContain("\n");
  });

  it("takes values that nothing can show", () => {
    const loop: { self?: object } = {};
    loop.self = loop;
    for (const pool of [loop, 7n, Symbol("s"), () => 1, { toJSON: () => undefined }]) {
      expect(read(withNode({ pool })).findings).toMatchObject([{ code: "BAD_OPTION", location: { field: "pool" } }]);
    }
  });

  it("all at once, of every node and of the workflow", () => {
    const { findings } = read(
      workflow({ tags: 1, workflowPackage: 2 })
        .addNode(A, { pool: 3, priorityWeight: "4" } as never)
        .addNode(odd({ retries: -1, retryDelaySeconds: -1, executionTimeoutSeconds: -1 }), {
          triggerRule: "5",
        } as never),
    );
    expect(findings.map(({ location }) => `${location.node ?? ""}.${location.field ?? ""}`).sort()).toEqual([
      ".tags",
      ".workflowPackage",
      "A.pool",
      "A.priorityWeight",
      "Odd.executionTimeoutSeconds",
      "Odd.retries",
      "Odd.retryDelaySeconds",
      "Odd.triggerRule",
    ]);
  });
});

describe("UNKNOWN_UPSTREAM", () => {
  it("an upstream that only shares its name with a node", () => {
    const { findings } = read(
      workflow()
        .addNode(taskCalled("Dark"))
        .addNode(B, { upstreams: taskCalled("Dark") }),
    );
    expect(findings).toMatchObject([
      {
        code: "UNKNOWN_UPSTREAM",
        location: { file: "dist/w.js", workflow: "w", node: "B", field: "upstreams" },
        at: { node: 1 },
      },
    ]);
  });

  it("not for the class itself, and not for a class that is no node, which the rules find", () => {
    expect(
      read(
        workflow()
          .addNode(B, { upstreams: [A, C] })
          .addNode(A),
      ).findings,
    ).toEqual([]);
  });
});

describe("taskNameOf", () => {
  it.each([
    { label: "the class name", task: A, name: "A" },
    { label: "static taskName", task: odd({ taskName: "Given" }), name: "Given" },
    { label: "an inherited taskName", task: inheriting(odd({ taskName: "Given" })), name: "Given" },
    { label: "an empty taskName is one", task: odd({ taskName: "" }), name: "" },
    { label: "an anonymous class", task: taskCalled(""), name: "" },
    { label: "static name of another type", task: odd({ name: 7 }), name: "" },
    { label: "static name()", task: odd({ name: () => "n" }), name: "" },
  ])("$label", ({ task, name }) => {
    expect(taskNameOf(task)).toBe(name);
  });
});
