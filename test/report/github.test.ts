import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Diagnostic } from "../../src/model/diagnostics.js";
import { printable } from "../../src/model/printable.js";
import { githubLines } from "../../src/report/github.js";
import { manyTexts } from "../helpers/hostile.js";

const CYCLE: Diagnostic = {
  severity: "error",
  code: "CYCLE",
  message: "Dark >> Gain >> Dark",
  hint: "remove one of these upstreams",
  location: { file: "src/vbi.ts", line: 41, column: 4, workflow: "l0_to_l1_vbi" },
};
const PRINTED: Diagnostic = { severity: "warning", code: "LOAD_PRINTED", message: "a module prints", location: {} };

/**
 * As GitHub's runner takes a line for a command.
 *
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs (TryParseV2)
 */
function readByRunner(line: string): { command: string; properties: Record<string, string>; data: string } | undefined {
  const message = line.trimStart();
  const end = message.indexOf("::", 2);
  if (!message.startsWith("::") || end < 0) return undefined;
  const info = message.slice(2, end);
  const space = info.indexOf(" ");
  const command = space < 0 ? info : info.slice(0, space);
  const given =
    space < 0
      ? []
      : info
          .slice(space + 1)
          .trim()
          .split(",")
          .filter(Boolean);
  const pairs = given.map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), unescaped(unescaped(pair.slice(at + 1), PROPERTY_ESCAPES), DATA_ESCAPES)];
  });
  return { command, properties: Object.fromEntries(pairs), data: unescaped(message.slice(end + 2), DATA_ESCAPES) };
}
const PROPERTY_ESCAPES = { "%3A": ":", "%2C": "," };
const DATA_ESCAPES = { "%0D": "\r", "%0A": "\n", "%25": "%" };

function unescaped(text: string, escapes: Readonly<Record<string, string>>): string {
  return Object.entries(escapes).reduce((read, [escape, meant]) => read.replaceAll(escape, meant), text);
}

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
      line: "::warning file=a%2Cb%3Ac%25\\u000a.ts,title=LOAD_PRINTED::N:\\u000a: 100%25\\u000d%0A::error::x, y: %250A",
    },
  ])("$label", ({ finding, folder, line }) => {
    expect(githubLines([finding], folder)).toBe(`${line}\n`);
  });

  it("is read by GitHub's runner as the same texts, any texts", () => {
    const texts = manyTexts();
    for (const text of texts) {
      const [line = "", ...rest] = githubLines(
        [{ ...CYCLE, message: text, hint: text, location: { file: text, node: text } }],
        text,
      ).split("\n");
      expect(rest).toEqual([""]);
      const lines = (one: string): string => one.split("\n").map(printable).join("\n");
      expect(readByRunner(line)).toEqual({
        command: "error",
        properties: { file: text === "" ? "" : printable(`${text}/${text}`), title: "CYCLE" },
        data: `${text === "" ? "" : `${printable(text)}: `}${lines(text)}\nhint: ${lines(text)}`,
      });
    }
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
