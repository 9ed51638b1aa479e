import { expect, it } from "@jest/globals";
import { counted } from "../../src/model/counted.js";

it.each([
  [0, "0 files"],
  [1, "1 file"],
  [2, "2 files"],
])("%d: %s", (number, text) => {
  expect(counted(number, "file")).toBe(text);
});
