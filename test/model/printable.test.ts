import { expect, it } from "@jest/globals";
import { printable } from "../../src/model/printable.js";
import { escapeUnsafe } from "../../src/runtime/escape.js";

it.each([
  ["plain text", "a b", "a b"],
  ["letters of any language", "é 観測 🙂", "é 観測 🙂"],
  ["what drives a terminal", "a\u001b[2J\u009b", "a\\u001b[2J\\u009b"],
  ["what has no width", "a\u200b\u2060\u00adb", "a\\u200b\\u2060\\u00adb"],
  ["what turns a text around", "a\u202eb\u2066", "a\\u202eb\\u2066"],
  ["a tag, which is beyond U+FFFF", "a\u{e0041}", "a\\udb40\\udc41"],
  ["half a surrogate pair", "a\ud83d", "a\\ud83d"],
  ["what XML cannot hold", "\ufffe\uffff", "\\ufffe\\uffff"],
])("%s, on a terminal as in a worker's log", (_, text, shown) => {
  expect([printable(text), escapeUnsafe(text)]).toEqual([shown, shown]);
});

it("a line break is \\n in a worker's log", () => {
  expect([printable("a\n\r\tb"), escapeUnsafe("a\n\r\tb")]).toEqual(["a\\u000a\\u000d\\u0009b", "a\\n\\r\\tb"]);
});
