/**
 * What the pages tell people to type is typed here, page by page, by someone who has nothing but the packed package. The
 * first page is the tutorial, which begins with nothing; every other one begins in the client repo that it leaves.
 *
 * A block right after a block of commands is what these show: UPDATE_GOLDENS=1 writes it anew.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { airflow } from "../../helpers/airflow.js";
import { GUIDES, readPage, type CodeBlock } from "../../helpers/doc-page.js";
import { removeTemporaryFolders, temporaryFolder } from "../../helpers/packed-cache.js";
import { mustRun, run } from "../../helpers/packed-run.js";
import { packedLibrary, REPO } from "../../helpers/packed.js";
import { ShellSession } from "../../helpers/shell-session.js";
import { shownPattern, stable } from "../../helpers/shown-output.js";
import { EXCEPTIONS } from "./exceptions.js";

const TUTORIAL = "docs/getting-started.md";
const CLIENT = "my-pipeline";
/** Made from the sources, whose examples are of client repos of others, and wrong ones among them. */
const GENERATED = ["docs/cli.md", "docs/codes.md"];
const PAGES = GUIDES.filter(
  (name) =>
    name !== TUTORIAL &&
    !GENERATED.includes(name) &&
    readPage(name).blocks.some(({ language }) => ["sh", "ts"].includes(language)),
);

const used = new Set<object>();
let tutorial: string;

beforeAll(async () => {
  tutorial = await temporaryFolder("tutorial");
  await packedLibrary();
}, 300_000);
afterAll(removeTemporaryFolders);

describe("what is typed in", () => {
  it(
    TUTORIAL,
    async () => {
      await follow(TUTORIAL, new ShellSession(tutorial, tutorial), join(tutorial, CLIENT));
    },
    600_000,
  );

  it.each(PAGES)(
    "%s",
    async (name) => {
      const home = await temporaryFolder("reader");
      const client = await copiedClient(home);
      await follow(name, new ShellSession(home, client), client);
      await compileSnippets(name, client);
    },
    300_000,
  );

  it("has no exception that nothing needs", () => {
    expect(EXCEPTIONS.filter((exception) => !used.has(exception))).toEqual([]);
  });
});

it("the tutorial's picture is the one that it makes", async () => {
  const [made, shown] = [join(tutorial, CLIENT, "vbi.svg"), join(REPO, "docs/vbi.svg")];
  if (process.env["UPDATE_GOLDENS"] === "1") await cp(made, shown);
  expect(await readFile(made, "utf8")).toBe(await readFile(shown, "utf8"));
});

/** The client repo of the tutorial; what nobody changes is not copied, but linked. */
async function copiedClient(home: string): Promise<string> {
  const [from, to] = [join(tutorial, CLIENT), join(home, CLIENT)];
  await cp(from, to, { recursive: true, filter: (file) => file !== join(from, "node_modules") });
  await mustRun("cp", ["-al", join(from, "node_modules"), to], { cwd: home });
  return to;
}

/** Saves the files that a page shows and types its commands, from top to bottom, as far as they succeed. */
async function follow(name: string, session: ShellSession, client: string): Promise<void> {
  const { tarball, checkout } = await packedLibrary();
  const { python } = airflow("3.3.2");
  await session.type(`export TARBALL='${tarball}' CHECKOUT='${checkout}' AIRFLOW_PYTHON='${python}'`);
  let output = "";
  const otherwise: { readonly shown: string; readonly output: string }[] = [];
  for (let index = 0; ; index += 1) {
    // Read again, as a block that was written anew moves those below it.
    const block = readPage(name).blocks[index];
    if (block === undefined) break;
    if (block.file !== undefined) await save(join(client, block.file), block.text);
    if (block.language === "sh") {
      const typed = await session.type(asTyped(name, block));
      ({ output } = typed);
      expect({ place: block.place, code: typed.code, output }).toEqual({ place: block.place, code: 0, output });
    }
    if (!block.isShown || shownPattern(block.text).test(`${stable(output)}\n`)) continue;
    if (process.env["UPDATE_GOLDENS"] === "1") await writeAnew(name, block, output);
    else
      otherwise.push({ shown: `${block.place}\n${stable(block.text)}`, output: `${block.place}\n${stable(output)}` });
  }
  expect(otherwise.map((one) => one.output)).toEqual(otherwise.map(({ shown }) => shown));
}

/** A line that still says the same stays as it is, with what it leaves out. */
async function writeAnew(page: string, { line, text }: CodeBlock, output: string): Promise<void> {
  const before = text.trimEnd().split("\n");
  const after = output
    .trimEnd()
    .split("\n")
    .map((now) => before.find((old) => old !== "…" && shownPattern(old).test(`${stable(now)}\n`)) ?? now);
  const file = join(REPO, page);
  const lines = (await readFile(file, "utf8")).split("\n");
  const [indent = ""] = /^ */.exec(lines[line] ?? "") ?? [];
  lines.splice(line + 1, before.length, ...after.map((now) => `${indent}${now}`.trimEnd()));
  await writeFile(file, lines.join("\n"));
}

/** With the lines replaced that cannot be run as they are. */
function asTyped(page: string, { text }: CodeBlock): string {
  return text
    .split("\n")
    .map((line) => {
      const exception = EXCEPTIONS.find((one) => one.page === page && one.line === line);
      if (exception !== undefined) used.add(exception);
      return exception?.instead ?? line;
    })
    .join("\n");
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** TypeScript that a page shows, with and without a file of its own, in the client repo as the page leaves it. */
async function compileSnippets(name: string, client: string): Promise<void> {
  const blocks = readPage(name).blocks.filter(({ language, isShown }) => language === "ts" && !isShown);
  if (blocks.length === 0) return;
  const snippets = blocks.filter(({ file }) => file === undefined);
  for (const [index, { text }] of snippets.entries()) {
    await save(join(client, "src", `snippet-${index + 1}.ts`), `${text}\nexport {};\n`);
  }
  const { code, stdout } = await run(join(client, "node_modules/.bin/tsc"), ["--noEmit"], { cwd: client });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
}
