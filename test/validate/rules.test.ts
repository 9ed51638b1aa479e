import { describe, expect, it } from "@jest/globals";
import { sortDiagnostics, type DiagnosticCode, type Location } from "../../src/model/diagnostics.js";
import { pinpoint, type Finding } from "../../src/model/finding.js";
import type { NodeModel, WorkflowModel } from "../../src/model/workflow-model.js";
import { checkRules, type RuleContext } from "../../src/validate/rules.js";
import { node, workflow } from "../helpers/airflow-workflows.js";

/** Nodes of different names get different classes, as they have in real life. */
function context(workflows: WorkflowModel[], options: Partial<RuleContext> = {}): RuleContext {
  const names = [...new Set(workflows.flatMap(({ nodes }) => nodes.map(({ taskName }) => taskName)))];
  return {
    workflows: workflows.map((one) => ({
      ...one,
      nodes: one.nodes.map((each) => ({
        ...each,
        taskClass: each.taskClass === 0 ? names.indexOf(each.taskName) : each.taskClass,
      })),
    })),
    taskClasses: names.map((taskName) => ({ taskName, isAbstract: false })),
    version: "1.4.0",
    workflowGlobs: ["dist/workflows/**/*.js"],
    resourceQueues: ["default", "high_memory", "gpu"],
    ...options,
  };
}

const check = (workflows: WorkflowModel[], options?: Partial<RuleContext>): Finding[] =>
  checkRules(context(workflows, options));
const graph = (...nodes: NodeModel[]): WorkflowModel[] => [workflow("w", nodes)];
const inW = { file: "dist/workflows/w.js", workflow: "w" };

interface Row {
  readonly label: string;
  readonly workflows: WorkflowModel[];
  readonly options?: Partial<RuleContext>;
  readonly code: DiagnosticCode;
  readonly location: Location;
  readonly at?: Finding["at"];
  readonly says: string;
}

const ROWS: readonly Row[] = [
  { label: "no workflow at all", workflows: [], code: "NO_WORKFLOWS", location: {}, says: "dist/workflows/**/*.js" },
  {
    label: "mirrors the original's validate_workflow_zero_nodes",
    workflows: graph(),
    code: "NO_NODES",
    location: inW,
    at: { workflow: 0 },
    says: "no node",
  },
  {
    label: "a cycle, with its path along the edges",
    workflows: graph(node("A", { upstreams: ["C"] }), node("B", { upstreams: ["A"] }), node("C", { upstreams: ["B"] })),
    code: "CYCLE",
    location: inW,
    at: { workflow: 0, node: 0 },
    says: "A >> B >> C >> A",
  },
  {
    label: "a node above itself, which the original's validation passes",
    workflows: graph(node("A", { upstreams: ["A"] })),
    code: "SELF_UPSTREAM",
    location: { ...inW, node: "A" },
    at: { workflow: 0, node: 0 },
    says: "its own upstream",
  },
  {
    label: "mirrors the original's validate_workflow_invalid[cyclic]: a task placed twice",
    workflows: graph(node("A"), node("B"), node("A")),
    code: "DUPLICATE_TASK",
    location: { ...inW, node: "A" },
    at: { workflow: 0, node: 2 },
    says: "already a node",
  },
  {
    label: "an upstream that is no node",
    workflows: graph(node("A"), node("B", { upstreams: ["Elsewhere"] })),
    code: "UNKNOWN_UPSTREAM",
    location: { ...inW, node: "B" },
    at: { workflow: 0, node: 1 },
    says: "Elsewhere",
  },
  {
    label: "an upstream without a name",
    workflows: graph(node("A", { upstreams: [""] })),
    code: "UNKNOWN_UPSTREAM",
    location: { ...inW, node: "A" },
    says: "(anonymous)",
  },
  {
    label: "two workflows of one name, both files named; in the original the second silently wins",
    workflows: [workflow("w", [node("A")]), workflow("w", [node("B")], { file: "dist/workflows/deep/other.js" })],
    code: "DUPLICATE_DAG_ID",
    location: { file: "dist/workflows/deep/other.js", workflow: "w" },
    at: { workflow: 1 },
    says: "in dist/workflows/w.js and in dist/workflows/deep/other.js",
  },
  {
    label: "two that differ in case alone: one file on some disks",
    workflows: [workflow("w", [node("A")]), workflow("W", [node("B")])],
    code: "DUPLICATE_DAG_ID",
    location: { file: "dist/workflows/W.js", workflow: "W" },
    says: "case alone",
  },
  {
    label: "mirrors the original's check_dag_name_characters: a star",
    workflows: [workflow("w*", [node("A")])],
    code: "BAD_ID",
    location: { file: "dist/workflows/w*.js", workflow: "w*" },
    at: { workflow: 0 },
    says: '"w*" cannot be a workflow name',
  },
  {
    label: "a newline at the end of a name",
    workflows: [workflow("w\n", [node("A")], { file: "w.js" })],
    code: "BAD_ID",
    location: { file: "w.js", workflow: "w\n" },
    says: '"w\\n"',
  },
  {
    label: "a class name outside ASCII, which the original writes into its file",
    workflows: graph(node("Überprüfung")),
    code: "BAD_ID",
    location: { ...inW, node: "Überprüfung" },
    at: { workflow: 0, node: 0 },
    says: "cannot be a task name",
  },
  {
    label: "a class name that Airflow does not take",
    workflows: graph(node("$Task")),
    code: "BAD_ID",
    location: { ...inW, node: "$Task" },
    says: '"$Task" cannot be a task name',
  },
  {
    label: "mirrors the original's workflow_name_too_long: 101 characters",
    workflows: [workflow("w".repeat(101), [node("A")], { file: "w.js" })],
    code: "NAME_TOO_LONG",
    location: { file: "w.js", workflow: "w".repeat(101) },
    at: { workflow: 0 },
    says: "101 characters; 100 are allowed",
  },
  {
    label: "a task name of 251 characters",
    workflows: graph(node("A".repeat(251))),
    code: "NAME_TOO_LONG",
    location: { ...inW, node: "A".repeat(251) },
    says: "251 characters; 250 are allowed",
  },
  {
    label: "a version that cannot be one; the original takes any",
    workflows: graph(node("A")),
    options: { version: "1/4" },
    code: "BAD_VERSION",
    location: {},
    says: '"1/4"',
  },
  {
    label: "latest",
    workflows: graph(node("A")),
    options: { version: "latest" },
    code: "BAD_VERSION",
    location: {},
    says: "latest",
  },
  {
    label: "an empty version",
    workflows: graph(node("A")),
    options: { version: "" },
    code: "BAD_VERSION",
    location: {},
    says: '""',
  },
  {
    label: "workflows of several versions",
    workflows: [
      workflow("v", [node("A")], { workflowVersion: "1" }),
      workflow("w", [node("A")], { workflowVersion: "2" }),
      workflow("x", [node("A")]),
    ],
    options: { version: null },
    code: "BAD_VERSION",
    location: {},
    says: "1, 2, none",
  },
  {
    label: "an unknown resource queue",
    workflows: graph(node("A", { resourceQueue: "frobnicate" })),
    code: "BAD_OPTION",
    location: { ...inW, node: "A", field: "resourceQueue" },
    at: { workflow: 0, node: 0 },
    says: '"frobnicate"',
  },
  {
    label: "an abstract Task, which the original exports",
    workflows: graph(node("A")),
    options: { taskClasses: [{ taskName: "A", isAbstract: true }] },
    code: "TASK_ABSTRACT",
    location: { ...inW, node: "A" },
    at: { workflow: 0, node: 0 },
    says: "run()",
  },
  {
    label: "a class without a name",
    workflows: graph(node("")),
    code: "TASK_ANONYMOUS",
    location: { ...inW, node: "" },
    at: { workflow: 0, node: 0 },
    says: "no name of its own",
  },
  {
    label: "an anonymous default export",
    workflows: graph(node("default")),
    code: "TASK_ANONYMOUS",
    location: { ...inW, node: "default" },
    says: "no name of its own",
  },
  {
    label: "two classes of one name in two workflows",
    workflows: [workflow("v", [node("Same", { taskClass: 1 })]), workflow("w", [node("Same", { taskClass: 2 })])],
    code: "TASK_NAME_CLASH",
    location: { ...inW, node: "Same" },
    at: { workflow: 1, node: 0 },
    says: "the other is in v",
  },
  {
    label: "two classes whose names differ in case alone share a folder on some disks",
    workflows: graph(node("Ab", { taskClass: 1 }), node("AB", { taskClass: 2 })),
    code: "TASK_NAME_CLASH",
    location: { ...inW, node: "AB" },
    says: "AB",
  },
];

describe("checkRules", () => {
  it.each(ROWS)("$code: $label", ({ workflows, options, code, location, at, says }) => {
    const findings = check(workflows, options);
    expect(findings.map((finding) => [finding.severity, finding.code, finding.location])).toEqual([
      ["error", code, location],
    ]);
    const [finding] = findings;
    expect(finding?.message).toContain(says);
    expect(finding?.hint).not.toBe("");
    if (at !== undefined) expect(finding?.at).toEqual(at);
  });

  it.each([
    {
      label: "mirrors the original's validate_workflow_valid: the diamond",
      workflows: graph(
        node("A"),
        node("B", { upstreams: ["A"] }),
        node("C", { upstreams: ["A"] }),
        node("D", { upstreams: ["B", "C"] }),
      ),
    },
    { label: "an upstream after its downstream", workflows: graph(node("B", { upstreams: ["A"] }), node("A")) },
    {
      label: "mirrors check_dag_name_characters: letters, digits, -, . and _",
      workflows: [workflow("aZ0-._", [node("A")])],
    },
    {
      label: "a name of 100 and a task name of 250 characters",
      workflows: [workflow("w".repeat(100), [node("T".repeat(250))])],
    },
    { label: "one Task in two workflows", workflows: [workflow("v", [node("A")]), workflow("w", [node("A")])] },
    {
      label: "names of what every object has",
      workflows: [workflow("constructor", [node("__proto__"), node("toString")])],
    },
    { label: "a queue from the config", workflows: graph(node("A", { resourceQueue: "gpu" })) },
  ])("finds nothing wrong with $label", ({ workflows }) => {
    expect(check(workflows)).toEqual([]);
  });

  it("finds a cycle that is closed by an upstream added later, and each of several", () => {
    const findings = check([
      workflow("v", [
        node("A", { upstreams: ["B"] }),
        node("B", { upstreams: ["A"] }),
        node("C", { upstreams: ["B"] }),
      ]),
      workflow("w", [
        node("A", { upstreams: ["B"] }),
        node("B", { upstreams: ["A"] }),
        node("X", { upstreams: ["Y"] }),
        node("Y", { upstreams: ["X"] }),
      ]),
    ]);
    expect(findings.map(({ code, message, location }) => [code, location.workflow, message])).toEqual([
      ["CYCLE", "v", "A >> B >> A"],
      ["CYCLE", "w", "A >> B >> A"],
      ["CYCLE", "w", "X >> Y >> X"],
    ]);
  });

  it("shortens the path of a long cycle", () => {
    const nodes = Array.from({ length: 500 }, (_, index) =>
      node(`N${index}`, { upstreams: [`N${(index + 499) % 500}`] }),
    );
    const [finding] = check(graph(...nodes));
    expect(finding?.message).toMatch(/^N0 >> N1 >> .*\(\d+ more\).* >> N499 >> N0$/);
    expect(finding?.message.length).toBeLessThan(300);
  });

  it.each([
    {
      label: "an upstream",
      workflows: graph(node("DarkCalibration"), node("B", { upstreams: ["DarkCalibraton"] })),
      near: "DarkCalibration",
    },
    { label: "a resource queue", workflows: graph(node("A", { resourceQueue: "high-memory" })), near: "high_memory" },
  ])("names the nearest of what $label can be", ({ workflows, near }) => {
    expect(check(workflows)[0]?.hint).toContain(`did you mean ${near}?`);
  });

  it("says a class's name clash once, however many nodes it has", () => {
    const clashing = ["v", "w", "x", "y"].map((name, index) =>
      workflow(name, [node("Same", { taskClass: index === 0 ? 1 : 2 })]),
    );
    expect(check(clashing).map(({ code }) => code)).toEqual(["TASK_NAME_CLASH"]);
  });

  it("finds all at once, of all workflows, in reading order whatever order they were found in", () => {
    const workflows = [
      workflow("b*", []),
      workflow("a", [node("A", { upstreams: ["A", "Gone"] }), node("A"), node("", { resourceQueue: "none" })]),
    ];
    const findings = check(workflows, { version: "latest" });
    const sites = [
      { workflow: { file: "src/b.ts", line: 3, column: 1 }, nodes: [] },
      {
        workflow: { file: "src/a.ts", line: 3, column: 1 },
        nodes: [5, 6, 7].map((line) => ({ file: "src/a.ts", line, column: 1 })),
      },
    ];
    const shown = (found: readonly Finding[]): string[] =>
      sortDiagnostics(pinpoint(found, sites)).map(
        ({ code, location: { file = "-", line = 0 } }) => `${file}:${line} ${code}`,
      );
    expect(shown(findings)).toEqual([
      "-:0 BAD_VERSION",
      "src/a.ts:5 SELF_UPSTREAM",
      "src/a.ts:5 UNKNOWN_UPSTREAM",
      "src/a.ts:6 DUPLICATE_TASK",
      "src/a.ts:7 BAD_OPTION",
      "src/a.ts:7 TASK_ANONYMOUS",
      "src/b.ts:3 BAD_ID",
      "src/b.ts:3 NO_NODES",
    ]);
    expect(shown([...findings].reverse())).toEqual(shown(findings));
  });

  it("is quick: 1,000 workflows of 20 nodes", () => {
    const nodes = Array.from({ length: 20 }, (_, index) =>
      node(`T${index}`, { upstreams: index === 0 ? [] : [`T${index - 1}`] }),
    );
    const many = context(Array.from({ length: 1000 }, (_, index) => workflow(`w${index}`, nodes)));
    const started = performance.now();
    expect(checkRules(many)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
