/**
 * The page of the faults, held against the tests: every row names a test that is there. A row's last cell is a file and,
 * after a colon, words of a test's title, or a pattern between slashes.
 */
import { describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";
import { readPage } from "../helpers/doc-page.js";
import { testTitles } from "../helpers/test-titles.js";

const ROWS = readPage("docs/reliability.md")
  .text.split("\n")
  .filter((line) => line.startsWith("|") && !/^\| (?:fault|-)/.test(line))
  .map((line) => line.slice(1, -1).split(/(?<!\\)\|/))
  .map((cells) => cells.map((cell) => cell.trim().replaceAll("\\|", "|")));

/** Why a row proves nothing; undefined for one that does. */
function problem([fault = "", happens = "", proof = "", ...more]: readonly string[]): string | undefined {
  if (fault === "" || happens === "" || more.length > 0) return "it has not three cells";
  const [, file = "", words = ""] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(proof) ?? [];
  if (file === "") return "its last cell is no `test/….test.ts`: words";
  const found = path.join(PACKAGE_ROOT, file);
  if (!existsSync(found)) return `there is no ${file}`;
  const [, pattern] = /^\/(.+)\/$/.exec(words) ?? [];
  const isThere = testTitles(found).some((title) =>
    pattern === undefined ? title.includes(words) : new RegExp(pattern).test(title),
  );
  return isThere ? undefined : `no test of ${file} has a title that says ${words}`;
}

describe("each fault has a proof", () => {
  it.each(ROWS.map((row) => [row[0], row] as const))("%s", (_, row) => {
    expect(problem(row)).toBeUndefined();
  });

  it("the rows are found, and so is what proves nothing", () => {
    expect(ROWS.length).toBeGreaterThan(60);
    expect(problem(["f", "h", "`test/none.test.ts`: x"])).toBe("there is no test/none.test.ts");
    expect(problem(["f", "h", "`test/docs/links.test.ts`: no such test"])).toContain("no test of");
    // The words stand in that file, and are no title.
    expect(problem(["f", "h", "`test/docs/links.test.ts`: @jest/globals"])).toContain("no test of");
    expect(problem(["f", "h", "a test"])).toContain("its last cell");
  });

  it.each([{ label: "a row" }, { label: "another one" }])(
    "titles are filled in with their rows: $label",
    ({ label }) => {
      const own = testTitles(import.meta.filename);
      expect(own).toContain(`titles are filled in with their rows: ${label}`);
      expect(own).toContain("each fault has a proof");
      expect(own).not.toContain("f");
    },
  );
});
