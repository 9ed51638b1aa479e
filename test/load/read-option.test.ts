import { describe, expect, it } from "@jest/globals";
import { integerBetween } from "../../src/load/option-checks.js";
import { readOption, type WrongOption } from "../../src/load/read-option.js";
import { Unreadable } from "../../src/load/read-property.js";

describe("readOption", () => {
  it.each([
    { given: 3, value: 3, wrong: [] },
    {
      given: "3",
      value: 1,
      wrong: [
        {
          code: "BAD_OPTION",
          field: "retries",
          message: 'retries must be a whole number from 0 to 9, but is "3"',
          hint: undefined,
        },
      ],
    },
    {
      given: new Unreadable("Error: not here"),
      value: 1,
      wrong: [
        {
          code: "BAD_OPTION",
          field: "retries",
          message: "retries cannot be read: Error: not here",
          hint: "a static retries must be a plain value",
        },
      ],
    },
  ])("gives $value for $given, and says what is wrong", ({ given, value, wrong }) => {
    const found: WrongOption[] = [];
    expect(readOption("retries", given, integerBetween(0, 9, 1), found)).toBe(value);
    expect(found).toEqual(wrong);
  });
});
