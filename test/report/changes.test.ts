import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { readFileSync, writeFileSync } from "node:fs";
import { printable } from "../../src/model/printable.js";
import type { Change, Comparison } from "../../src/model/release-changes.js";
import { changeMarkdown } from "../../src/report/change-markdown.js";
import { changeText } from "../../src/report/change-text.js";
import { anyText, HOSTILE_TEXTS, manyTexts } from "../helpers/hostile.js";
import { AFTER, BEFORE, comparison } from "../helpers/release-pair.js";

function golden(name: string, content: string): void {
  const file = new URL(`../golden/${name}`, import.meta.url);
  // UPDATE_GOLDENS=1 writes them anew: the change is then read in the diff.
  if (process.env["UPDATE_GOLDENS"] !== undefined) writeFileSync(file, content);
  expect(content).toBe(readFileSync(file, "utf8"));
}

/** Changes in which every text that users give is this one. */
function changesOf(text: string, count = 1): Comparison {
  const side = { place: text, name: text, version: text, gitCommit: text, gitDirty: true, lockfileSha256: null };
  const value = { before: text, after: null };
  const details = [
    { what: "resourceQueue", ...value },
    { what: "package", name: text, before: text, after: text },
    { what: "package", name: text, before: null, after: text },
    { what: "tags", before: [text], after: [text, text] },
    { what: "reasons", before: [], after: [text] },
    { what: "value", ...value },
  ];
  const one: Change[] = [
    { kind: "changed", subject: "node", workflow: text, name: text, details },
    { kind: "changed", subject: "task", workflow: null, name: text, details },
  ];
  return { before: side, after: side, changes: Array.from({ length: count }, () => one).flat() };
}

/** As forges have it: HTML is let through, addresses become links. */
const RENDERER = new MarkdownIt({ html: true, linkify: true });

/** What a real renderer makes of Markdown: its elements, and the texts of all code. */
function rendered(markdown: string): { tags: string[]; code: string[]; text: string } {
  const html = RENDERER.render(markdown);
  const plain = (part: string): string =>
    part
      .replace(/<[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
  return {
    tags: (html.match(/<[^>]*>/g) ?? []).filter((tag) => !tag.startsWith("</")),
    code: [...html.matchAll(/<code>([^]*?)<\/code>/g)].map(([, inside = ""]) => plain(inside)),
    text: plain(html),
  };
}

const OURS = ["<h3>", "<p>", "<strong>", "<ul>", "<li>", "<code>"];
/** Empty texts have no span, and long ones are cut: both are looked at on their own. */
const shownWhole = (text: string): boolean => text !== "" && printable(text).length <= 300;

describe("changes as text", () => {
  it("read like test/golden/changes.txt", () => golden("changes.txt", changeText(comparison(BEFORE, AFTER), false)));

  it("say so when there are none", () => {
    expect(changeText(comparison(BEFORE, BEFORE), false)).toBe(
      "before  vbi 1.3.0  git 3f2c1ab  artifacts/vbi_1.3.0.json\n" +
        "after   vbi 1.3.0  git 3f2c1ab  artifacts/vbi_1.3.0.json\n" +
        "no change\n",
    );
  });

  it("have colours only where they are wanted, and no other words then", () => {
    const colored = changeText(comparison(BEFORE, AFTER), true);
    expect(colored).toContain("\u001b[32m+\u001b[39m node WriteQuality");
    // eslint-disable-next-line no-control-regex -- colours are what this is about
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(changeText(comparison(BEFORE, AFTER), false));
  });

  it("let no text of users move the cursor or begin a line", () => {
    const lines = changeText(changesOf("x"), false).split("\n").length;
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = changeText(changesOf(text), false);
        // eslint-disable-next-line no-control-regex -- control characters are what this is about
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(shown.split("\n")).toHaveLength(lines);
      }),
    );
  });
});

describe("changes as Markdown", () => {
  it("read like test/golden/changes.md", () => golden("changes.md", changeMarkdown(comparison(BEFORE, AFTER))));

  it("say so when there are none", () => {
    expect(changeMarkdown(comparison(BEFORE, BEFORE))).toBe(
      "### `vbi 1.3.0` -> `vbi 1.3.0`\n\nno change. Commit `3f2c1ab` -> `3f2c1ab`.\n",
    );
  });

  it("are headings, lists and code to a real renderer", () => {
    const { tags, code } = rendered(changeMarkdown(comparison(BEFORE, AFTER)));
    expect([...new Set(tags)].sort()).toEqual([...OURS].sort());
    expect(code).toContain("Dark");
    expect(code).toContain("--max-old-space-size=16384");
  });

  it.each(HOSTILE_TEXTS.filter(shownWhole))("give %p as the text that it is", (text) => {
    const plain = rendered(changeMarkdown(changesOf("plain")));
    const { tags, code } = rendered(changeMarkdown(changesOf(text)));
    expect(tags).toEqual(plain.tags);
    expect(code.filter((one) => one === printable(text)).length).toBeGreaterThan(6);
  });

  it.each([
    "<img src=x onerror=alert(1)>",
    "</code></details><script>alert(1)</script>",
    "`<b>`",
    "``` \n# heading",
    "@everyone #1 !2 https://example.org",
    "[a](https://example.org) ![b](x.png) **c** ~~d~~ |e|",
    " a ",
    "`",
  ])("give %p as the text that it is, also where sections are folded up", (text) => {
    const { tags, code } = rendered(changeMarkdown(changesOf(text, 20)));
    expect(tags.filter((tag) => ![...OURS, "<details>", "<summary>"].includes(tag))).toEqual([]);
    expect(tags.filter((tag) => tag === "<details>")).toHaveLength(2);
    // In the summary it stands in HTML, in the list in Markdown.
    expect(code).toContain(printable(text));
    expect(code.filter((one) => one === printable(text)).length).toBeGreaterThan(100);
  });

  it("let no text of users become anything else", () => {
    const plain = rendered(changeMarkdown(changesOf("plain")));
    for (const text of manyTexts(shownWhole)) {
      const { tags, code } = rendered(changeMarkdown(changesOf(text)));
      expect({ text, tags }).toEqual({ text, tags: plain.tags });
      expect(code).toContain(printable(text));
    }
  });

  it("are folded up by section when there are many", () => {
    const markdown = changeMarkdown(changesOf("flow", 15));
    expect(markdown).toContain(
      "<details><summary>Workflow <code>flow</code>: 15 changed</summary>\n\n- **changed** node `flow`",
    );
    expect(rendered(markdown).tags.filter((tag) => tag === "<li>")).toHaveLength(30);
    expect(changeMarkdown(changesOf("flow", 14))).not.toContain("<details>");
  });

  it.each([
    ["many changes", changesOf("flow", 3000)],
    ["long names", changesOf("n".repeat(5000), 100)],
    ["broken characters", changesOf("\u{1f52d}".repeat(5000), 100)],
  ])("fit into a comment: %s", (_, changes) => {
    const markdown = changeMarkdown(changes);
    expect(markdown.length).toBeLessThan(30_500);
    expect(markdown.isWellFormed()).toBe(true);
    const shown = rendered(markdown).tags.filter((tag) => tag === "<li>").length;
    expect(shown).toBeGreaterThan(0);
    expect(markdown).toMatch(/\nand \d+ more: `dkist-core diff` shows them all\n$/);
    expect(markdown).toContain(`and ${changes.changes.length - shown} more`);
  });

  it("name the first packages of a bundle with hundreds", () => {
    const details = Array.from({ length: 300 }, (_, index) => ({
      what: "package",
      name: `p${index}`,
      before: null,
      after: "1",
    }));
    const change: Change = { kind: "changed", subject: "task", workflow: null, name: "T", details };
    expect(changeMarkdown({ ...changesOf("x"), changes: [change] })).toMatch(/with `p19 1`, and 281 more\n$/);
  });
});
