import { describe, expect, it } from "@jest/globals";
import { requireWholeNumber } from "../../src/model/whole-number.js";

describe("requireWholeNumber", () => {
  it.each<[number, 0 | 1]>([
    [0, 0],
    [1, 1],
    [Number.MAX_SAFE_INTEGER, 1],
  ])("%d, at least %d", (value, least) => {
    expect(() => requireWholeNumber("keep", value, least)).not.toThrow();
  });

  it.each<[number, 0 | 1]>([
    [0, 1],
    [-1, 0],
    [1.5, 0],
    [NaN, 0],
    [Infinity, 0],
    [2 ** 53, 0],
  ])("refuses %d, at least %d", (value, least) => {
    expect(() => requireWholeNumber("keep", value, least)).toThrow(
      expect.objectContaining({
        code: "BAD_USAGE",
        message: `keep cannot be ${value}`,
        hint: `give a whole number from ${least} to 9007199254740991`,
      }),
    );
  });
});
