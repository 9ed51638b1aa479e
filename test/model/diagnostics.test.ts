import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  DIAGNOSTIC_CODES,
  DkistCoreError,
  isClean,
  sortDiagnostics,
  type Diagnostic,
  type Location,
} from "../../src/model/diagnostics.js";
import { pinpoint } from "../../src/model/finding.js";

function diagnostic(location: Location, options: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: "error", code: "CYCLE", message: "m", location, ...options };
}

describe("sortDiagnostics", () => {
  it("sorts by file, line, column, workflow, node, code and sentence, lines as numbers", () => {
    const sorted = [
      diagnostic({}),
      diagnostic({ file: "a.ts" }),
      diagnostic({ file: "a.ts", line: 9, column: 10 }),
      diagnostic({ file: "a.ts", line: 10, column: 2 }),
      diagnostic({ file: "a.ts", line: 10, column: 10 }),
      diagnostic({ file: "b.ts", line: 1, workflow: "v" }),
      diagnostic({ file: "b.ts", line: 1, workflow: "w", node: "A" }),
      diagnostic({ file: "b.ts", line: 1, workflow: "w", node: "B" }, { code: "BAD_ID" }),
      diagnostic({ file: "b.ts", line: 1, workflow: "w", node: "B" }, { code: "CYCLE", message: "a" }),
      diagnostic({ file: "b.ts", line: 1, workflow: "w", node: "B" }, { code: "CYCLE", message: "b" }),
      diagnostic({ file: "é.ts" }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (shuffled) => {
        expect(sortDiagnostics(shuffled)).toEqual(sorted);
      }),
    );
  });
});

describe("isClean", () => {
  it.each([
    { label: "nothing", found: [], clean: true },
    { label: "a warning", found: [diagnostic({}, { severity: "warning" })], clean: true },
    {
      label: "an error among warnings",
      found: [diagnostic({}, { severity: "warning" }), diagnostic({})],
      clean: false,
    },
  ])("$label", ({ found, clean }) => {
    expect(isClean(found)).toBe(clean);
  });
});

describe("pinpoint", () => {
  const sites = [
    { workflow: { file: "src/w.ts", line: 3, column: 1 }, nodes: [{ file: "src/w.ts", line: 7, column: 2 }, {}] },
  ];
  const inFile = { file: "dist/w.js", workflow: "w" };

  it.each([
    { label: "a workflow's line", at: { workflow: 0 }, place: { file: "src/w.ts", line: 3, column: 1 } },
    { label: "a node's line", at: { workflow: 0, node: 0 }, place: { file: "src/w.ts", line: 7, column: 2 } },
    {
      label: "a node whose line nobody knows keeps its module",
      at: { workflow: 0, node: 1 },
      place: { file: "dist/w.js" },
    },
    {
      label: "a node that is not there has its workflow's",
      at: { workflow: 0, node: 5 },
      place: { file: "src/w.ts", line: 3 },
    },
    { label: "a workflow that is not there keeps its module", at: { workflow: 9 }, place: { file: "dist/w.js" } },
    { label: "no place at all", at: undefined, place: { file: "dist/w.js" } },
  ])("$label", ({ at, place }) => {
    const [found] = pinpoint([{ ...diagnostic(inFile), ...(at === undefined ? {} : { at }) }], sites);
    expect(found?.location).toMatchObject({ workflow: "w", ...place });
    expect(found).not.toHaveProperty("at");
  });
});

describe("codes", () => {
  it("are words, each once", () => {
    expect(new Set(DIAGNOSTIC_CODES).size).toBe(DIAGNOSTIC_CODES.length);
    for (const code of DIAGNOSTIC_CODES) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  it("an error keeps its code, hint, place and cause", () => {
    const cause = new Error("disk full");
    const error = new DkistCoreError("WRITE_FAILED", "cannot write", { hint: "h", location: { file: "f" }, cause });
    expect(error).toMatchObject({
      name: "DkistCoreError",
      code: "WRITE_FAILED",
      hint: "h",
      location: { file: "f" },
      cause,
    });
    expect("cause" in new DkistCoreError("BAD_USAGE", "m")).toBe(false);
  });
});
