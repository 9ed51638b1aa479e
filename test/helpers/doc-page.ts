import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import GithubSlugger from "github-slugger";
import MarkdownIt from "markdown-it";
import { PACKAGE_ROOT } from "./client-repo.js";

/** A fenced block of a page. */
export interface CodeBlock {
  /** For the name of a test: `docs/concepts.md:41`. */
  readonly place: string;
  /** Where its fence begins: an index into the page's lines. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** It stands right after a block of commands: what these show. */
  readonly isShown: boolean;
  /** The file that the paragraph above names at its end (`` …, `src/workflows/hello.ts`: ``): what the block is. */
  readonly file: string | undefined;
}

/** A Markdown file of this repo, as far as a test can hold it to something. */
export interface DocPage {
  /** Relative to the repo. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** What `#…` may name, as GitHub makes it of the headings. */
  readonly anchors: ReadonlySet<string>;
  /** The targets of links and pictures, as they are written. */
  readonly links: readonly string[];
}

const FILE_NAMED_AT_THE_END = /`([\w./-]+\.(?:[cm]?[jt]s|json|ya?ml))`[^`]*:$/;

/** The pages that people read, with the README first: the ones whose commands are run. */
export const GUIDES: readonly string[] = ["README.md", ...markdownIn("docs")];

/** Every page of this repo. */
export const ALL_PAGES: readonly string[] = [
  ...markdownIn("."),
  ...markdownIn("docs", { recursive: true }),
  ...readdirSync(path.join(PACKAGE_ROOT, "examples")).flatMap((name) => markdownIn(`examples/${name}`)),
];

export function readPage(name: string): DocPage {
  const text = readFileSync(path.join(PACKAGE_ROOT, name), "utf8");
  const tokens = new MarkdownIt({ html: true }).parse(text, {});
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: string[] = [];
  const blocks: CodeBlock[] = [];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (before?.type === "heading_open") {
      const words = token.children?.map(({ content }) => content).join("") ?? "";
      anchors.add(slugger.slug(words));
    }
    for (const part of [token, ...(token.children ?? [])]) {
      const target = part.attrGet("href") ?? part.attrGet("src");
      if (target !== null) links.push(target);
      if (part.type.startsWith("html_")) {
        for (const [, id = ""] of part.content.matchAll(/\bid="([^"]*)"/g)) anchors.add(id);
        for (const [, to = ""] of part.content.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)) links.push(to);
      }
    }
    if (token.type !== "fence") continue;
    const above = before?.type === "paragraph_close" ? (tokens[index - 2]?.content ?? "") : "";
    blocks.push({
      place: `${name}:${(token.map?.[0] ?? 0) + 1}`,
      line: token.map?.[0] ?? 0,
      language: token.info.trim(),
      text: token.content,
      isShown: before?.type === "fence" && before.info.trim() === "sh",
      file: FILE_NAMED_AT_THE_END.exec(above)?.[1],
    });
  }
  return { name, text, blocks, anchors, links };
}

function markdownIn(folder: string, options: { readonly recursive?: boolean } = {}): string[] {
  const names = readdirSync(path.join(PACKAGE_ROOT, folder), { encoding: "utf8", ...options });
  return names
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join(folder, name))
    .sort();
}
