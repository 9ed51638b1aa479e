import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { DIAGNOSTIC_CODES, ERROR_CODES } from "../../src/model/diagnostics.js";
import { EXPLANATIONS } from "../../src/model/explanation.js";
import { codesPage, codesText, explanationText } from "../../src/report/explanation-text.js";

const CODES = [...DIAGNOSTIC_CODES, ...ERROR_CODES];

describe("explanations", () => {
  it("are there for every code, and for nothing else", () => {
    expect(Object.keys(EXPLANATIONS).sort()).toEqual([...CODES].sort());
  });

  it.each(CODES)("%s is short, exact, and has an example", (code) => {
    const { summary, meaning, remedy, example } = EXPLANATIONS[code];
    expect(summary).toMatch(/^[A-Za-z].*[^.]$/);
    for (const text of [meaning, remedy]) expect(text).toMatch(/^[A-Za-z-].*\.$/);
    expect(meaning.length).toBeLessThan(450);
    expect(example.wrong).not.toBe(example.right);
  });
});

it("the example of AIRFLOW_MISMATCH is a line of the package's own template", () => {
  const { file = "", right } = EXPLANATIONS.AIRFLOW_MISMATCH.example;
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8").split("\n")).toContain(right);
});

describe("explanationText", () => {
  it.each(CODES)("%s fits a terminal of 80 columns, but for code", (code) => {
    const explanation = EXPLANATIONS[code];
    const text = explanationText(
      code,
      { ...explanation, example: { ...explanation.example, wrong: "", right: "" } },
      false,
    );
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it("reads like a page of a handbook", () => {
    expect(explanationText("SELF_UPSTREAM", EXPLANATIONS.SELF_UPSTREAM, false))
      .toBe(`SELF_UPSTREAM  a Task is its own upstream

  It would wait for itself and never start: the smallest circle there is.

  Remove it from its own upstreams.

Wrong:
  vbi.addNode(Transfer);
  vbi.addNode(Dark, { upstreams: [Transfer, Dark] });

Right:
  vbi.addNode(Transfer);
  vbi.addNode(Dark, { upstreams: Transfer });
`);
  });

  it("has colours only when it may", () => {
    expect(explanationText("CYCLE", EXPLANATIONS.CYCLE, true)).toContain("\u001b[1mCYCLE");
  });
});

it("the list has every code, in 80 columns", () => {
  const lines = codesText(false).split("\n");
  for (const code of CODES) expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {2}${code} `)));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it("the page docs/codes.md, which npm run docs writes, has a part for every code", () => {
  for (const code of CODES) expect(codesPage().split("\n")).toContain(`### ${code}`);
});
