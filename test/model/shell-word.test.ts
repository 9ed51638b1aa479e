import { describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { shellWord } from "../../src/model/shell-word.js";

describe("a word of a shell", () => {
  it.each([
    ["artifacts/vbi_1.4.0.json", "artifacts/vbi_1.4.0.json"],
    ["out dir", "'out dir'"],
    ["it's", String.raw`'it'\''s'`],
    ["$HOME `id` ~", "'$HOME `id` ~'"],
    ["", "''"],
    ["-rf", "-rf"],
  ])("%j is %s", (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it("is read by a shell as what it was", () => {
    const texts = fc.sample(fc.string({ unit: "grapheme" }), 300).map((text) => text.replaceAll("\0", ""));
    const command = `printf '%s\\0' ${["it's", "a\nb", ...texts].map(shellWord).join(" ")}`;
    const read = execFileSync("bash", ["-c", command], { encoding: "utf8" }).split("\0").slice(0, -1);
    expect(read).toEqual(["it's", "a\nb", ...texts]);
  });
});
