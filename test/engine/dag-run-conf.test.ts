import { describe, expect, it } from "@jest/globals";
import { dagRunConf } from "../../src/engine/dag-run-conf.js";
import { manyTexts } from "../helpers/hostile.js";

describe("dagRunConf", () => {
  it("gives any text on as ASCII that is the same JSON", () => {
    const conf = { texts: manyTexts() };
    const chunks = Array.from({ length: Math.ceil(conf.texts.length / 100) }, (_, index) =>
      conf.texts.slice(index * 100, (index + 1) * 100),
    );
    for (const texts of chunks) {
      const given = dagRunConf(7, JSON.stringify({ texts, ...Object.fromEntries(texts.map((text) => [text, 1])) }));
      expect(given).toMatch(/^[ -~]*$/);
      expect(JSON.parse(given)).toMatchObject({ recipe_run_id: 7, texts });
    }
  });

  it.each([
    ["not JSON", "{", "the conf is not JSON"],
    ["a list", "[7]", "the conf must be a JSON object"],
    ["nothing", "null", "the conf must be a JSON object"],
    ["another id", '{"recipe_run_id": "7; rm -rf ~"}', 'the conf says recipe_run_id "7; rm -rf ~", not 7'],
    ["too much", JSON.stringify({ x: "x".repeat(100_000) }), "the conf is 100026 bytes as JSON"],
    ["too much, in two bytes a letter", JSON.stringify({ x: "\u00e9".repeat(20_000) }), "the conf is 120026 bytes"],
    ["as deep as it can be", `{"x":${"[".repeat(49_000)}${"]".repeat(49_000)}}`, "the conf is nested too deeply"],
  ])("refuses %s", (_, text, sentence) => {
    expect(() => dagRunConf(7, text)).toThrow(expect.objectContaining({ code: "BAD_USAGE" }));
    expect(() => dagRunConf(7, text)).toThrow(sentence);
  });
});
