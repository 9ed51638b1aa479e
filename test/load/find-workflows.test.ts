import { describe, expect, it } from "@jest/globals";
import { WORKFLOW_BRAND } from "../../src/authoring/brand.js";
import { Workflow } from "../../src/authoring/workflow.js";
import { findWorkflows } from "../../src/load/find-workflows.js";

const [a, b, c] = ["a", "b", "c"].map((workflowName) => new Workflow({ workflowName }));

function names(exports: Record<string, unknown>): unknown[] {
  return findWorkflows(exports).map(({ details }) => details["workflowName"]);
}

describe("findWorkflows", () => {
  it.each([
    { label: "named exports, in the order of their names", exports: { z: a, y: b }, found: ["b", "a"] },
    { label: "the default export", exports: { default: a }, found: ["a"] },
    {
      label: "an alias counts once, where the original exports it again",
      exports: { one: a, two: a, default: a },
      found: ["a"],
    },
    { label: "a list, which the original ignores", exports: { all: [a, b] }, found: ["a", "b"] },
    { label: "a record", exports: { all: { second: b, first: a } }, found: ["b", "a"] },
    { label: "records in lists in records", exports: { all: { list: [{ c }] } }, found: ["c"] },
    { label: "a CommonJS module.exports", exports: { default: { a, list: [b] } }, found: ["a", "b"] },
    {
      label: "an object without a prototype, as a namespace is",
      exports: { ns: Object.setPrototypeOf({ a }, null) as object },
      found: ["a"],
    },
    { label: "nothing", exports: {}, found: [] },
    {
      label: "what is no Workflow",
      exports: { n: 1, s: "a", u: undefined, nil: null, f: Workflow, d: new Date() },
      found: [],
    },
    {
      label: "not inside instances of the client's classes",
      exports: {
        map: new Map([["a", a]]),
        own: new (class {
          w = a;
        })(),
      },
      found: [],
    },
  ])("$label", ({ exports, found }) => {
    expect(names(exports)).toEqual(found);
  });

  it("runs no getter inside a record: it may do anything", () => {
    const record = {
      get boom(): never {
        throw new Error("read");
      },
      a,
    };
    expect(names({ record })).toEqual(["a"]);
  });

  it("ends in data that contains itself, and searches no deeper than real code nests", () => {
    const loop: Record<string, unknown> = { a };
    loop["self"] = loop;
    expect(names({ loop })).toEqual(["a"]);
    expect(names({ deep: [[[[b]]]] })).toEqual([]);
  });

  it("gives the record itself", () => {
    expect(findWorkflows({ a })).toEqual([a?.[WORKFLOW_BRAND]]);
  });
});
