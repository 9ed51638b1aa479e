import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { byVersion } from "../../src/model/version-order.js";

describe("byVersion", () => {
  it.each([
    ["numbers by their value", ["1.9.0", "1.10.0", "2.0"]],
    ["fewer parts first", ["1.4", "1.4.0", "1.4.0.1"]],
    ["what has a suffix before what it leads to", ["1.4.0-alpha", "1.4.0-rc1", "1.4.0", "1.4.1-rc1"]],
    ["suffixes by their numbers, too", ["1.0-rc2", "1.0-rc10"]],
    ["a suffix up to its end", ["1.0-rc-2", "1.0-rc-10"]],
    ["a suffix that leads to nothing", ["-1", "dev"]],
    ["words after numbers", ["1.2", "1.b"]],
    ["words by code unit", ["1.B", "1.a", "1.b"]],
    ["a word and its number", ["rc9", "rc10", "rd1"]],
    ["letters between numbers", ["1a9", "1a10", "1b1"]],
    ["no numbers at all", ["dev", "main"]],
    ["more digits than a number holds", ["20261125093012000001", "20261125093012000002", "100000000000000000000"]],
    ["zeros before a number, which do not count but tell two versions apart", ["1.007", "1.07", "1.7", "1.08"]],
    ["zeros alone", ["1.0", "1.00", "1.1"]],
    ["dots and dashes, which say nothing but tell two versions apart", ["1.-0", "1..0-1", "1.0"]],
  ])("%s", (_, sorted) => {
    for (const [index, one] of sorted.entries()) {
      for (const [other, another] of sorted.entries()) {
        expect([one, another, Math.sign(byVersion(one, another))]).toEqual([one, another, Math.sign(index - other)]);
      }
    }
  });

  it("is an order, and equal for equal versions alone", () => {
    const version = fc.string({
      unit: fc.constantFrom("0", "1", "2", "9", "a", "b", "r", "c", ".", "-"),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(byVersion(a, b))).toBe(-Math.sign(byVersion(b, a)) || 0);
        expect(byVersion(a, b) === 0).toBe(a === b);
        if (byVersion(a, b) < 0 && byVersion(b, c) < 0) expect(byVersion(a, c)).toBeLessThan(0);
      }),
      { numRuns: 3_000 },
    );
  });
});
