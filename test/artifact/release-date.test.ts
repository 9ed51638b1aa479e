import { describe, expect, it } from "@jest/globals";
import { releaseDate } from "../../src/artifact/release-date.js";

describe("releaseDate", () => {
  it.each([
    [null, null],
    ["315532800", "1980-01-01T00:00:00.000Z"],
    ["1767323045", "2026-01-02T03:04:05.000Z"],
    ["4354819198", "2107-12-31T23:59:58.000Z"],
  ])("of %p is %p", (given, date) => {
    expect(releaseDate(given)?.toISOString() ?? null).toBe(date);
  });

  it.each(["0", "315532799", "4354819199", "-1", "1.5", "1e9", " 1767323045", "2026-01-02", "0x10", "９".repeat(10)])(
    "refuses %p",
    (given) => {
      let thrown: unknown;
      try {
        releaseDate(given);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({
        code: "BAD_USAGE",
        message: `SOURCE_DATE_EPOCH cannot be ${JSON.stringify(given)}`,
        hint: expect.stringContaining("from 315532800 (1980) to 4354819198 (2107)"),
      });
    },
  );
});
