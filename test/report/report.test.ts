import { describe, expect, it } from "@jest/globals";
import xterm from "@xterm/headless";
import fc from "fast-check";
import { DkistCoreError, type Diagnostic } from "../../src/model/diagnostics.js";
import { errorDocument, jsonText, outcomeDocument } from "../../src/report/json.js";
import { junitXml } from "../../src/report/junit.js";
import { printable } from "../../src/model/printable.js";
import { bytesText, causeText, columns, diagnosticsText, errorFinding, findingText } from "../../src/report/text.js";
import { manyTexts } from "../helpers/hostile.js";
import { elementsCalled, parseXml, type XmlElement } from "../helpers/xml.js";

const CYCLE: Diagnostic = {
  severity: "error",
  code: "CYCLE",
  message: "DarkCalibration >> GainCalibration >> DarkCalibration",
  hint: "remove one of these upstreams",
  location: { file: "src/vbi.ts", line: 41, column: 4, workflow: "l0_to_l1_vbi" },
};
const PRINTED: Diagnostic = { severity: "warning", code: "LOAD_PRINTED", message: "a module prints", location: {} };

describe("printable", () => {
  it.each([
    { label: "plain text", text: "l0_to_l1 é \u{1f52d} 日本", shown: "l0_to_l1 é \u{1f52d} 日本" },
    { label: "an escape sequence that clears the screen", text: "a\u001b[2Jb", shown: "a\\u001b[2Jb" },
    { label: "lines", text: "a\r\nb\u2028c", shown: "a\\u000d\\u000ab\\u2028c" },
    { label: "a C1 control", text: "a\u009b31m", shown: "a\\u009b31m" },
    { label: "text that turns the direction round", text: "a\u202eb\u2066c", shown: "a\\u202eb\\u2066c" },
    { label: "half a surrogate pair", text: "a\ud83d", shown: "a\\ud83d" },
    { label: "what XML cannot hold", text: "a\uffff\ufffe\0", shown: "a\\uffff\\ufffe\\u0000" },
  ])("$label", ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });

  it("leaves nothing that steers a terminal or breaks XML, and changes nothing twice", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (text) => {
          const shown = printable(text);
          expect(shown).toMatch(/^[\x20-\x7e\xa0-\u{10ffff}]*$/u);
          expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/);
          expect(shown.isWellFormed()).toBe(true);
          expect(printable(shown)).toBe(shown);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("diagnosticsText", () => {
  it("shows a finding as a line and its hint, and counts", () => {
    expect(diagnosticsText([CYCLE, PRINTED], false)).toBe(
      "src/vbi.ts:41:4 error CYCLE  l0_to_l1_vbi: DarkCalibration >> GainCalibration >> DarkCalibration\n" +
        "  hint: remove one of these upstreams\n" +
        "warning LOAD_PRINTED  a module prints\n" +
        "1 error, 1 warning in 1 workflow\n",
    );
  });

  it("says nothing of nothing", () => {
    expect(diagnosticsText([], true)).toBe("");
  });

  it("has colours only when it may", () => {
    expect(diagnosticsText([CYCLE], true)).toContain("\u001b[");
    expect(diagnosticsText([CYCLE, CYCLE], false)).toMatch(/^[\x20-\x7e\n]*2 errors in 1 workflow\n$/);
  });

  it("lets no text of the user's steer the terminal or pass for another line", () => {
    const workflow = "w\u001b[2J\nsrc/x.ts:1:1 error";
    const text = diagnosticsText(
      [{ ...CYCLE, location: { file: "a\u001b]0;x\u0007.ts", workflow }, hint: "\u202eh" }],
      false,
    );
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text.split("\n")).toHaveLength(4);
  });

  it("shows an error that ends a command, with its hint", () => {
    const error = new DkistCoreError("BAD_CONFIG", "2 wrong settings:\n  a\n  b", {
      hint: "h",
      location: { file: "c.yaml" },
    });
    expect(findingText(errorFinding(error), false)).toBe(
      "c.yaml error BAD_CONFIG  2 wrong settings:\n  a\n  b\n  hint: h\n",
    );
    expect(findingText(errorFinding(new DkistCoreError("BAD_USAGE", "m")), false)).toBe("error BAD_USAGE  m\n");
  });

  it("shows all that an error came from, and nothing of it can steer a terminal", () => {
    const cause = new Error("no database", { cause: "line 1\nline \u001b[2J" });
    const text = causeText(new DkistCoreError("BAD_CONFIG", "m", { cause }));
    expect(text).toMatch(
      /^ {2}caused by:\n {4}Error: no database\n {4}\s+at [^]* {2}caused by:\n {4}line 1\n {4}line \\u001b\[2J\n$/,
    );
    expect(causeText(new DkistCoreError("BAD_CONFIG", "m"))).toBe("");
  });

  it.each([
    { of: [["error", undefined]], count: "1 error" },
    {
      of: [
        ["error", "a"],
        ["error", "a"],
        ["warning", "b"],
      ],
      count: "2 errors, 1 warning in 2 workflows",
    },
    {
      of: [
        ["warning", "a"],
        ["warning", undefined],
      ],
      count: "2 warnings in 1 workflow",
    },
  ] as const)("counts: $count", ({ of, count }) => {
    const found = of.map(([severity, workflow]): Diagnostic => ({
      ...PRINTED,
      severity,
      location: workflow === undefined ? {} : { workflow },
    }));
    expect(diagnosticsText(found, false).split("\n").at(-2)).toBe(count);
  });
});

describe("columns and bytesText", () => {
  it("aligns, and leaves no space at the end of a line", () => {
    expect(columns([["a", "bbb", "c"], ["aaa", "b"], []])).toBe("a    bbb  c\naaa  b\n\n");
    expect(columns([])).toBe("");
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [3_700_000, "3.7 MB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

describe("JSON", () => {
  it("of an outcome", () => {
    const document = outcomeDocument("list", { ok: false, diagnostics: [CYCLE], result: { workflows: [] } });
    expect(JSON.parse(jsonText(document))).toEqual({
      schemaVersion: 1,
      command: "list",
      ok: false,
      diagnostics: [CYCLE],
      result: { workflows: [] },
    });
  });

  it.each([
    {
      label: "a known one with all it says",
      error: new DkistCoreError("RELEASE_EXISTS", "m", { hint: "h", location: { file: "f" } }),
      shown: { severity: "error", code: "RELEASE_EXISTS", message: "m", hint: "h", location: { file: "f" } },
    },
    {
      label: "an unknown one",
      error: new TypeError("m"),
      shown: { severity: "error", code: "INTERNAL", message: "m", location: {} },
    },
    {
      label: "what is no Error",
      error: "m",
      shown: { severity: "error", code: "INTERNAL", message: "m", location: {} },
    },
  ])("of an error: $label", ({ error, shown }) => {
    expect(errorDocument("build", error)).toEqual({
      schemaVersion: 1,
      command: "build",
      ok: false,
      diagnostics: [shown],
      result: null,
    });
  });
});

describe("junitXml", () => {
  const cases = (xml: string): string[] =>
    [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      ([, group = "", name = ""]) => `${group}/${name}`,
    );

  it("has a case for the release, each workflow and each check; findings fail the right one", () => {
    const xml = junitXml({
      workflows: [
        { workflowName: "l0_to_l1_vbi", file: "dist/vbi.js" },
        { workflowName: "other", file: "dist/o.js" },
      ],
      levels: [
        { level: "rules", ran: true },
        { level: "airflow", ran: false, reason: "no Airflow" },
      ],
      diagnostics: [CYCLE, PRINTED],
    });
    expect(cases(xml)).toEqual([
      "release/release",
      "workflows/l0_to_l1_vbi",
      "workflows/other",
      "checks/check: rules",
      "checks/check: airflow",
    ]);
    expect(xml).toMatch(/<testsuite name="dkist-core" tests="5" failures="1" errors="0" skipped="1">/);
    expect(xml).toContain('<failure message="src/vbi.ts:41:4 CYCLE DarkCalibration >> GainCalibration');
    expect(xml).toContain("no Airflow");
    expect(xml).toContain("LOAD_PRINTED");
  });

  it("keeps cases apart by name, also of a workflow called release", () => {
    const names = cases(
      junitXml({ workflows: [{ workflowName: "release", file: "r.js" }], levels: [], diagnostics: [] }),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("is read by an XML parser as the same texts, any texts", () => {
    const texts = manyTexts();
    const found = (severity: "error" | "warning", text: string, location: Diagnostic["location"]): Diagnostic => ({
      ...{ severity, code: "CYCLE", message: text, location },
    });
    for (let at = 0; at < texts.length; at += 100) {
      const some = texts.slice(at, at + 100);
      const xml = junitXml({
        workflows: some.map((text) => ({ workflowName: text, file: text })),
        levels: some.map((text) => ({ level: "rules", ran: false, reason: text })),
        diagnostics: some.flatMap((text) => [
          found("error", text, { workflow: text }),
          found("warning", text, { workflow: text }),
        ]),
      });
      const [, ...cases] = elementsCalled(parseXml(xml), "testcase");
      const shown = some.map(printable);
      const ofWorkflows = cases.slice(0, some.length);
      expect(ofWorkflows.map(({ attributes }) => [attributes["name"], attributes["file"]])).toEqual(
        shown.map((text) => [text, text]),
      );
      const lines = some.map((text) => printable(`CYCLE ${text}`.trim()));
      const one = (element: XmlElement, name: string): XmlElement | undefined => elementsCalled(element, name)[0];
      expect(ofWorkflows.map((each) => one(each, "failure")?.attributes["message"])).toEqual(lines);
      expect(ofWorkflows.map((each) => one(each, "system-err")?.text)).toEqual(lines);
      expect(cases.slice(some.length).map((each) => one(each, "system-out")?.text ?? "")).toEqual(shown);
    }
  }, 600_000);
});

describe("a terminal", () => {
  /** What a real emulator of one does with what it is sent. */
  async function sent(text: string) {
    const screen = new xterm.Terminal({ cols: 2000, rows: 24, scrollback: 10_000, allowProposedApi: true });
    let orders = 0;
    screen.onTitleChange(() => (orders += 1));
    screen.onBell(() => (orders += 1));
    screen.onData(() => (orders += 1)); // it answers questions
    await new Promise<void>((resolve) => screen.write(text.replaceAll("\n", "\r\n"), resolve));
    const rows: { text: string; plain: boolean }[] = [];
    const buffer = screen.buffer.active;
    for (let row = 0; row <= buffer.baseY + buffer.cursorY; row += 1) {
      const line = buffer.getLine(row);
      const cells = Array.from({ length: 2000 }, (_, column) => line?.getCell(column));
      const plain = cells.every((cell) => cell === undefined || cell.isAttributeDefault());
      rows.push({ text: line?.translateToString(true) ?? "", plain });
    }
    return { orders, rows, modes: JSON.stringify(screen.modes), column: buffer.cursorX };
  }

  it("is told nothing by a text of users: no colour, no title, no bell, no line of its own", async () => {
    const { modes } = await sent("");
    for (const text of manyTexts(undefined, 50)) {
      const finding: Diagnostic = {
        ...CYCLE,
        message: text.replaceAll("\n", " "),
        hint: text,
        location: { file: text, workflow: text, node: text },
      };
      const screen = await sent(`${diagnosticsText([finding], false)}end`);
      expect({ text, ...screen, rows: screen.rows.map(({ plain }) => plain) }).toEqual({
        ...{ text, orders: 0, modes, column: 3 },
        rows: [true, true, true, true],
      });
      expect(screen.rows.at(-1)?.text).toBe("end");
    }
  }, 600_000);

  it("would be told by the same text as it is", async () => {
    const { orders, rows } = await sent("\u001b]0;title\u0007\u001b[31mred");
    expect([orders, rows[0]?.plain]).toEqual([1, false]);
  });

  it("is told nothing by a JSON document, which is the same document still", async () => {
    const document = outcomeDocument("list", {
      ok: true,
      diagnostics: [],
      result: { workflows: manyTexts(undefined, 100) },
    });
    const text = jsonText(document);
    expect(JSON.parse(text)).toEqual(document);
    const { orders, rows } = await sent(text);
    expect(orders).toBe(0);
    expect(rows.every(({ plain }) => plain)).toBe(true);
    expect(text).toBe(text.split("\n").map(printable).join("\n"));
  }, 600_000);
});
