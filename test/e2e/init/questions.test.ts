/** What `init` asks on a terminal, as who sits there answers. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { inTerminal, type TerminalSession } from "../../helpers/terminal.js";

const ENTER = "\r";
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const ESCAPE = "\u001b";
const CLEAR_LINE = "\u0015";
const QUESTIONS = [/package name/, /instrument/, /Pipeline files/] as const;

afterEach(removeFolders);

async function asked(parameters: readonly string[] = []): Promise<{ terminal: TerminalSession; repo: string }> {
  const work = await tempFolder();
  const terminal = inTerminal(["init", "dkist-processing-vbi", ...parameters], { cwd: work, columns: 100 });
  return { terminal, repo: path.join(work, "dkist-processing-vbi") };
}

describe("init on a terminal", () => {
  it("asks what no flag says, and offers what it would take", async () => {
    const { terminal, repo } = await asked();
    for (const question of QUESTIONS) {
      await terminal.shows(question);
      terminal.type(ENTER);
    }
    expect(await terminal.ended).toBe(0);
    const { name } = JSON.parse(await readFile(path.join(repo, "package.json"), "utf8")) as { name: string };
    expect(name).toBe("dkist-processing-vbi");
    expect(await readdir(path.join(repo, "src/workflows"))).toContain("vbi.ts");
    expect(existsSync(path.join(repo, "bitbucket-pipelines.yml"))).toBe(true);
  });

  it("takes what is typed, and says at once what is wrong with it", async () => {
    const { terminal, repo } = await asked(["--ci", "none"]);
    await terminal.shows(QUESTIONS[0]);
    terminal.type(`${CLEAR_LINE}Not A Name${ENTER}`);
    await terminal.shows(/lower-case/);
    terminal.type(`${CLEAR_LINE}@dkist/visp${ENTER}`);
    await terminal.shows(QUESTIONS[1]);
    terminal.type(`${CLEAR_LINE}visp${ENTER}`);
    expect(await terminal.ended).toBe(0);
    expect(await readdir(path.join(repo, "src/workflows"))).toContain("visp.ts");
    expect(existsSync(path.join(repo, "bitbucket-pipelines.yml"))).toBe(false);
  });

  it("asks nothing when flags say all", async () => {
    const { terminal, repo } = await asked(["--name", "vbi", "--category", "vbi", "--ci", "github"]);
    expect(await terminal.ended).toBe(0);
    expect((await terminal.lines()).join("\n")).not.toMatch(QUESTIONS[0]);
    expect(existsSync(path.join(repo, "package.json"))).toBe(true);
  });

  it.each([
    ["Ctrl-C", CTRL_C, 0],
    ["Ctrl-D", CTRL_D, 0],
    ["Escape", ESCAPE, 0],
    ["Ctrl-C", CTRL_C, 1],
    ["Ctrl-D", CTRL_D, 2],
  ])("writes nothing when somebody leaves by %s (%j) at question %i", async (_, key, question) => {
    const { terminal, repo } = await asked();
    for (const before of QUESTIONS.slice(0, question)) {
      await terminal.shows(before);
      terminal.type(ENTER);
    }
    await terminal.shows(QUESTIONS[question] ?? /never/);
    terminal.type(key);
    expect(await terminal.ended).toBe(2);
    const screen = (await terminal.lines()).join("\n");
    expect(screen).toContain("nothing was written");
    expect(screen).not.toContain("BAD_CONFIG");
    expect(existsSync(repo)).toBe(false);
  });
});
