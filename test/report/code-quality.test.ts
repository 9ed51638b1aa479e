import { describe, expect, it } from "@jest/globals";
import type { Diagnostic, Location } from "../../src/model/diagnostics.js";
import { codeQualityJson } from "../../src/report/code-quality.js";

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const at = (location: Location, more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  code: "BAD_OPTION",
  message: "m",
  location,
  ...more,
});
const issues = (found: readonly Diagnostic[], folder = ""): Issue[] =>
  JSON.parse(codeQualityJson(found, folder)) as Issue[];
const fingerprints = (...found: Diagnostic[]): string[] => issues(found).map(({ fingerprint }) => fingerprint);

const PLACE = { file: "src/vbi.ts", line: 41, column: 4, workflow: "vbi", node: "Dark", field: "pool" };

describe("codeQualityJson", () => {
  it("says what GitLab asks for", () => {
    expect(issues([at(PLACE, { hint: "h" })], "pipelines/vbi")).toEqual([
      {
        description: "vbi Dark: m (hint: h)",
        check_name: "BAD_OPTION",
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        severity: "major",
        location: { path: "pipelines/vbi/src/vbi.ts", lines: { begin: 41 } },
      },
    ]);
  });

  it("has a place for every finding, as GitLab drops what has none, and less for a warning", () => {
    expect(issues([at({}, { severity: "warning" })])).toMatchObject([
      { severity: "minor", location: { path: "package.json", lines: { begin: 1 } } },
    ]);
  });

  it("is an empty list where all is right", () => {
    expect(codeQualityJson([], "")).toBe("[]\n");
  });

  it("tells findings apart by code, file and object, and those of one object by their number", () => {
    const found = [
      at(PLACE),
      at(PLACE),
      at({ ...PLACE, field: "retries" }),
      at({ ...PLACE, node: "Gain" }),
      at({ ...PLACE, workflow: "other" }),
      at({ ...PLACE, file: "src/other.ts" }),
      at(PLACE, { code: "BAD_ID" }),
    ];
    expect(new Set(fingerprints(...found)).size).toBe(found.length);
  });

  it("knows a finding again when lines move and sentences change", () => {
    expect(fingerprints(at(PLACE))).toEqual(fingerprints(at({ ...PLACE, line: 99, column: 1 }, { message: "other" })));
  });

  it("holds no control character", () => {
    expect(issues([at({ workflow: "a\u001b[2J" }, { message: "x\u202ey" })])[0]?.description).toBe(
      "a\\u001b[2J: x\\u202ey",
    );
  });
});
