/** What can be said of a page's blocks without running anything. `test/e2e/docs` types the commands. */
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { configSchema } from "../../src/config/schema.js";
import { findPython, runPython } from "../../src/validate/python.js";
import { ALL_PAGES, GUIDES, readPage } from "../helpers/doc-page.js";

const blocks = ALL_PAGES.flatMap((name) => readPage(name).blocks);
const inLanguage = (...languages: string[]) =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [block.place, block] as const);
const LANGUAGES = ["", "console", "handlebars", "json", "mermaid", "python", "sh", "text", "ts", "xml", "yaml"];

describe("blocks", () => {
  it("are in languages that some test knows", () => {
    expect(blocks.filter(({ language }) => !LANGUAGES.includes(language)).map(({ place }) => place)).toEqual([]);
  });

  it("of commands are in the guides, where they are run", () => {
    const guides = new Set(GUIDES.map((name) => `${name}:`));
    const elsewhere = inLanguage("sh").filter(([place]) => ![...guides].some((guide) => place.startsWith(guide)));
    // A contributor's commands, in a clone.
    expect(elsewhere.filter(([place]) => !place.startsWith("CONTRIBUTING.md:")).map(([place]) => place)).toEqual([]);
  });

  it("name no place of a writer's own machine", () => {
    const places = blocks.filter(({ text }) => /(?:\/root|\/home\/\w+|\/Users\/\w+|\/tmp\/dkist)\//.test(text));
    expect(places.map(({ place }) => place)).toEqual([]);
  });

  it.each(inLanguage("json"))("%s is JSON", (_, { text }) => {
    expect(JSON.parse(text)).toBeInstanceOf(Object);
  });

  it.each(inLanguage("yaml"))("%s is YAML", (_, { text }) => {
    expect(parse(text)).toBeInstanceOf(Object);
  });

  // The page of the codes shows wrong ones, too; its own test runs them.
  const configs = inLanguage("yaml").filter(([place, { isShown }]) => !isShown && !place.startsWith("docs/codes.md:"));
  it.each(configs)("%s is a config that dkist-core takes", (_, { text }) => {
    expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
  });

  it.each(inLanguage("python"))("%s is Python", async (_, { text }) => {
    const python = (await findPython())?.path ?? "python3";
    const checked = await runPython(python, ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: text });
    expect(checked).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("are found: of each kind there are some", () => {
    for (const language of ["json", "yaml", "python", "sh", "ts"]) {
      expect(inLanguage(language).length).toBeGreaterThan(0);
    }
    expect(configs.length).toBeGreaterThan(0);
  });
});
