import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { runInNewContext } from "node:vm";

import { DkistCoreError } from "../../src/model/diagnostics.js";
import { js, plain, py } from "../../src/render/literals.js";
import { findPython, runPython } from "../../src/validate/python.js";
import { isPythonText, manyTexts } from "../helpers/hostile.js";
import { soakRounds } from "../helpers/soak.js";

/** The rest is refused. */
const canPythonHold = (value: unknown): boolean =>
  !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value).replaceAll("\\\\", ""));

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
  const python = (await findPython())?.path;
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
    [" ~\u007f\ud7ff\ue000\uffff", String.raw`" ~\u007f\ud7ff\ue000\uffff"`],
    ["~\u{10000}", String.raw`"~\U00010000"`],
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
    ["a text with a NUL character", "a\0b"],
    ["a text with a NUL character", { "a\0b": 1 }],
    ["a text with half of a surrogate pair", "a\ud83d"],
    ["a text with half of a surrogate pair", "\ude00b"],
    ["a text with half of a surrogate pair", "\ude00\ud83d"],
    ["a text with half of a surrogate pair", "\ud800"],
    ["a text with half of a surrogate pair", "\udfff"],
    ["the number NaN", NaN],
    ["the number Infinity", [Infinity]],
    ["a value of type undefined", undefined],
    ["a value of type undefined", { a: undefined }],
    ["a value of type function", () => 1],
    ["a value of type bigint", 1n],
    ["a value of type symbol", Symbol("x")],
  ])("refuses %s: %p", (what, value) => {
    expect(() => py(value)).toThrow(DkistCoreError);
    expect(() => py(value)).toThrow(expect.objectContaining({ code: "TEMPLATE_FAILED" }));
    expect(() => py(value)).toThrow(`${what} cannot be written into this file`);
  });

  it("is one line of ASCII, whatever it is given", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        fc.pre(canPythonHold(value));
        expect(py(value)).toMatch(/^[\x20-\x7e]*$/);
      }),
      { numRuns: 500 },
    );
  });

  it("is read by Python as the same value", async () => {
    const values = fc
      .sample(fc.jsonValue({ stringUnit: "binary" }), soakRounds("DKIST_SOAK_TEXTS", 500))
      // JSON has no -0.
      .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
      .filter(canPythonHold);
    expect(values.length).toBeGreaterThan(250);
    expect(await misread([...manyTexts(isPythonText), ...values])).toEqual([]);
  });

  it("is compared so that an emoji as two lone surrogates, as JSON writes it, would be found", async () => {
    const python = (await findPython())?.path ?? "python3";
    const asJson = String.raw`"\ud83d\udd2d"`;
    const input = JSON.stringify([[asJson, asJson]]);
    expect(JSON.parse((await runPython(python, ["-c", COMPARE], { input })).stdout)).toEqual([asJson]);
  });
});

describe("js", () => {
  it.each([
    ["it's", `"it's"`],
    ["a\n\u2028\ud800", String.raw`"a\n\u2028\ud800"`.replace(String.raw`\u2028`, "\u2028")],
    [{ "</script>": [null, 1.5] }, '{"</script>":[null,1.5]}'],
  ])("writes %j", (value, literal) => {
    expect(js(value)).toBe(literal);
  });

  it.each([undefined, () => 1, Symbol("x")])("refuses %p", (value) => {
    expect(() => js(value)).toThrow(expect.objectContaining({ code: "TEMPLATE_FAILED" }));
    expect(() => js(value)).toThrow(`a value of type ${typeof value} cannot be written`);
  });

  it("is read by JavaScript as the same text, any text", () => {
    const texts = manyTexts();
    expect(runInNewContext(`JSON.stringify([${texts.map(js).join(", ")}])`)).toBe(JSON.stringify(texts));
  });
});

describe("plain", () => {
  it.each(["a", "@dkist/vbi-2", "l0_to_l1.py"])("lets %p through", (text) => {
    expect(plain(text)).toBe(text);
  });

  it.each(["", " a", "a b", "a\n", "*a*", "$(id)", "<b>", "é", 7, null, ["a"]])("refuses %p", (value) => {
    expect(() => plain(value)).toThrow(expect.objectContaining({ code: "TEMPLATE_FAILED" }));
    expect(() => plain(value)).toThrow(`the text ${JSON.stringify(value)} cannot be written`);
  });
});
