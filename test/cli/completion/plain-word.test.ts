import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { plainWord } from "../../../src/cli/completion/plain-word.js";

describe("plainWord", () => {
  it.each([
    ["l0_to_l1", "l0_to_l1"],
    ["my\\ repo", "my repo"],
    ["'my repo'", "my repo"],
    ["'my rep", "my rep"],
    ['"my rep', "my rep"],
    ['"a\\"b\\c"', 'a"b\\c'],
    ["a'b'\"c\"d", "abcd"],
    ["~/repos", "~/repos"],
    ["$HOME/x", "$HOME/x"],
    ["'it'\\''s'", "it's"],
    ["\\", ""],
    ["", ""],
  ])("reads %s as %s", (word, plain) => {
    expect(plainWord(word)).toBe(plain);
  });

  it("reads quotes and backslashes as bash does", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from("ab /~*;é")), maxLength: 6 });
    const piece = fc.oneof(
      fc.stringMatching(/^[ab/é]{1,4}$/),
      fc.constantFrom(...Array.from(" '\"\\;*$`")).map((one) => `\\${one}`),
      text.map((inner) => `'${inner}\\"'`),
      text.map((inner) => `"${inner}'\\$\\\\\\x"`),
    );
    const words = fc.sample(
      fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join("")),
      500,
    );
    const script = `set -f; printf '%s\\n' ${words.map((word) => `x${word}`).join(" ")}`;
    const read = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", env: { LANG: "C.UTF-8" } });
    expect(words.map((word) => `x${plainWord(word)}`)).toEqual(read.trimEnd().split("\n"));
  });
});
