import { expect, it } from "@jest/globals";
import { shownPattern, stable } from "../helpers/shown-output.js";

it.each([
  ["the same", "a\nb\n", "a\nb\n", true],
  ["other words", "a\nb\n", "a\nc\n", false],
  ["a line more", "a\n", "a\nb\n", false],
  ["a line less", "a\nb\n", "a\n", false],
  ["another time and size", "  pack   0.4 s  1.2 kB\n", "  pack  12.9 s  800 B\n", true],
  ["another number that says something", "2 tasks\n", "3 tasks\n", false],
  ["anything in a line", "in /…/python3\n", "in /usr/bin/python3\n", true],
  ["no other line for it", "in …\n", "in a\nb\n", false],
  ["any lines", "a\n…\nd\n", "a\nb\nc\nd\n", true],
  ["no lines for any lines", "a\n…\nd\n", "a\nd\n", true],
  ["another end after any lines", "a\n…\nd\n", "a\nb\n", false],
  ["signs that mean something in a pattern", "a (b) [c] $d\n", "a (b) [c] $d\n", true],
])("%s", (_, shown, output, isShown) => {
  expect(shownPattern(shown).test(`${stable(output)}\n`)).toBe(isShown);
});
