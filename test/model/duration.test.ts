import { expect, it } from "@jest/globals";
import { durationText } from "../../src/model/duration.js";

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
