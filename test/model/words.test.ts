/** Numbers, durations and errors, in words. */
import { describe, expect, it } from "@jest/globals";
import { runInNewContext } from "node:vm";
import { counted } from "../../src/model/counted.js";
import { durationText } from "../../src/model/duration.js";
import { messageOf } from "../../src/model/message-of.js";
import { requireWholeNumber } from "../../src/model/whole-number.js";

it.each([
  [0, "0 files"],
  [1, "1 file"],
  [2, "2 files"],
])("%d: %s", (number, text) => {
  expect(counted(number, "file")).toBe(text);
});

it.each([
  [0, "0 s"],
  [1, "1 s"],
  [0.5, "0.5 s"],
  [0.1 + 0.2, "0.3 s"],
  [59.9994, "59.999 s"],
  [60, "1 min"],
  [90, "1 min 30 s"],
  [3599, "59 min 59 s"],
  [3600, "1 h"],
  [5400, "1 h 30 min"],
  [3601, "1 h 1 s"],
  [90_061, "25 h 1 min 1 s"],
])("%d s: %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

describe("messageOf", () => {
  it.each<[string, unknown, string]>([
    ["an error", new Error("no"), "no"],
    ["an error of another realm", runInNewContext("new Error('no')"), "no"],
    ["an object like one", { message: 7 }, "7"],
    ["an object that says nothing", {}, "[object Object]"],
    ["null", null, "null"],
    ["nothing", undefined, "undefined"],
    ["a text", "no", "no"],
  ])("%s", (_, thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });
});

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
