import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatJson, formatText, type LogEvent } from "../../src/runtime/logging.js";

const asIs = (text: string): string => text;
const event = (message: string, fields: Record<string, unknown> = {}): LogEvent => ({
  time: new Date(0),
  level: "INFO",
  message,
  fields,
});

describe("formatText", () => {
  it.each([
    ["plain", {}, "plain"],
    ["fields", { a: 1, b: "x", c: "x y", d: null, e: undefined, f: true }, 'fields a=1 b=x c="x y" d=null f=true'],
    ["deep", { a: { b: [1, "q"] } }, 'deep a={"b":[1,"q"]}'],
    ["quotes", { a: 'x" b=1' }, 'quotes a="x\\" b=1"'],
    ["big", { a: 2n ** 64n }, 'big a="18446744073709551616"'],
    ["keys", { 'a b="c': 1 }, "keys a_b__c=1"],
    ["lines\r\nand \u0007 bells", {}, "lines\\r\\nand \\u0007 bells"],
    ["\u009b31m \u2028 \ufeff \ud800", {}, "\\u009b31m \\u2028 \\ufeff \\ud800"],
    ["secret", { password: 5 }, "secret password=[redacted]"],
    ["deep secret", { a: { apiKey: "x" } }, 'deep secret a={"apiKey":"[redacted]"}'],
  ])("%s", (message, fields, expected) => {
    expect(formatText(event(message, fields), asIs)).toBe(`1970-01-01T00:00:00.000Z INFO  ${expected}\n`);
  });

  it("writes what JSON cannot hold", () => {
    const ring: Record<string, unknown> = {};
    ring["ring"] = ring;

    expect(formatText(event("ring", { ring }), asIs)).toContain("[Circular *1]");
    expect(formatText(event("function", { f: () => 1 }), asIs)).toContain("[Function: f]");
  });

  it("never throws, whatever a field does when it is read", () => {
    const trap = {
      get field(): never {
        throw new Error("trap");
      },
      other: 1,
    };

    expect(formatText(event("read", trap), asIs)).toMatch(/ read field="\[cannot be read\]" other=1\n$/);
    expect(JSON.parse(formatJson(event("read", trap), asIs))).toMatchObject({ field: "[cannot be read]", other: 1 });
  });

  it("writes the stack of an error in lines that cannot pass for events", () => {
    const error = new Error("first\n2026-01-01T00:00:00.000Z INFO  forged");
    const lines = formatText(event("failed", { error }), asIs).trimEnd().split("\n");

    expect(lines[0]).toContain('error="Error: first\\n2026');
    for (const line of lines.slice(1)) expect(line).toMatch(/^1970-01-01T00:00:00\.000Z INFO {2}\| /);
  });

  it("keeps any event without an error in one line of visible characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.dictionary(fc.string(), fc.anything()), (message, fields) => {
        const line = formatText(event(message, fields), asIs);

        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("formatJson", () => {
  it("gives the message and the fields back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.dictionary(fc.string(), fc.string()), (message, fields) => {
        const line = formatJson(event(message, fields), asIs);
        const read = JSON.parse(line) as Record<string, unknown>;

        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(read["message"]).toBe(message);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps its own fields apart from those of the event", () => {
    expect(JSON.parse(formatJson(event("m", { time: "x", error: new TypeError("t") }), asIs))).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      level: "INFO",
      message: "m",
      time_: "x",
      error: { name: "TypeError", message: "t", stack: expect.stringContaining("TypeError: t") },
    });
  });

  it("is still an event where a field cannot be JSON", () => {
    const fields = {
      bad: {
        toJSON: () => {
          throw new Error("no");
        },
      },
    };

    expect(JSON.parse(formatJson(event("m", fields), asIs))).toMatchObject({ message: "m" });
  });
});
