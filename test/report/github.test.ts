import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Diagnostic } from "../../src/model/diagnostics.js";
import { githubLines } from "../../src/report/github.js";

const CYCLE: Diagnostic = {
  severity: "error",
  code: "CYCLE",
  message: "Dark >> Gain >> Dark",
  hint: "remove one of these upstreams",
  location: { file: "src/vbi.ts", line: 41, column: 4, workflow: "l0_to_l1_vbi" },
};
const PRINTED: Diagnostic = { severity: "warning", code: "LOAD_PRINTED", message: "a module prints", location: {} };

describe("githubLines", () => {
  it.each([
    {
      label: "a finding with its place",
      finding: CYCLE,
      folder: "",
      line: "::error file=src/vbi.ts,line=41,col=4,title=CYCLE::l0_to_l1_vbi: Dark >> Gain >> Dark%0Ahint: remove one of these upstreams",
    },
    {
      label: "one in a folder of the checkout",
      finding: { ...CYCLE, hint: "h", location: { file: "src/vbi.ts", line: 1 } },
      folder: "pipelines/vbi",
      line: "::error file=pipelines/vbi/src/vbi.ts,line=1,title=CYCLE::Dark >> Gain >> Dark%0Ahint: h",
    },
    {
      label: "one without a place",
      finding: PRINTED,
      folder: "x",
      line: "::warning title=LOAD_PRINTED::a module prints",
    },
    {
      label: "what would end a property, a line or a command",
      finding: { ...PRINTED, message: "100%\r\n::error::x, y: %0A", location: { file: "a,b:c%\n.ts", node: "N:\n" } },
      folder: "",
      line: "::warning file=a%2Cb%3Ac%25%0A.ts,title=LOAD_PRINTED::N:\\u000a: 100%25\\u000d%0A::error::x, y: %250A",
    },
  ])("$label", ({ finding, folder, line }) => {
    expect(githubLines([finding], folder)).toBe(`${line}\n`);
  });

  it("is one line for a finding, whatever the texts are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (message, file) => {
        const [line = "", ...rest] = githubLines([{ ...CYCLE, message, location: { file } }], "").split(/[\r\n]/);
        expect(rest).toEqual([""]);
        // The first "::" after the command's own ends the properties.
        expect(line.slice(0, line.indexOf("::", 2))).toMatch(/^::error file=[^,:]*,title=CYCLE$/);
      }),
    );
  });

  it.each([
    { errors: 10, lines: 10, last: /^::error .*9$/ },
    { errors: 11, lines: 10, last: /^::error::2 more errors are in the log$/ },
    { errors: 500, lines: 10, last: /^::error::491 more errors are in the log$/ },
  ])("shows of $errors errors what GitHub does not drop, and counts the rest", ({ errors, lines, last }) => {
    const found = Array.from({ length: errors }, (_, index) => ({
      ...PRINTED,
      severity: "error" as const,
      message: `${index}`,
    }));
    const said = githubLines([...found, PRINTED], "").split("\n");
    expect(said.slice(0, -2)).toHaveLength(lines);
    expect(said.at(-3)).toMatch(last);
    expect(said.at(-2)).toBe("::warning title=LOAD_PRINTED::a module prints");
  });
});
