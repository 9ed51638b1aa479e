import { describe, expect, it } from "@jest/globals";
import { readCursor } from "../../../src/cli/completion/cursor.js";
import { suggest, type ClientNames } from "../../../src/cli/completion/suggest.js";
import { PLACES } from "../../../src/doctor/needs.js";
import { CI_FILES } from "../../../src/init.js";
import { createProgram } from "../../../src/cli/program.js";
import { DIAGNOSTIC_CODES, ERROR_CODES } from "../../../src/model/diagnostics.js";

const program = createProgram(
  () => Promise.resolve(0),
  () => undefined,
);

const NAMES: ClientNames = {
  workflows: () =>
    Promise.resolve([
      { workflowName: "l0_to_l1_vbi", taskNames: ["Transfer", "Dark"] },
      { workflowName: "l0_to_l1_vbi_quick", taskNames: ["Transfer", "Quick"] },
      { workflowName: "noop", taskNames: ["NoOp"] },
    ]),
  runs: () => [
    { runId: "20260101T000000000Z-noop", workflowName: "noop", version: "dev", recipeRunId: 7 },
    { runId: "20260102T000000000Z-l0_to_l1_vbi", workflowName: "l0_to_l1_vbi", version: "1.4.0", recipeRunId: 8 },
  ],
};

async function suggested(line: string, names = NAMES, of = program): Promise<string[]> {
  const words = line.split(" ");
  const current = words.pop() ?? "";
  const suggestions = await suggest(of, readCursor(of, words, current), current, names);
  return suggestions.map((one) =>
    one.kind === "text"
      ? one.text
      : `${one.attached}<${one.type}${(one.extensions ?? []).map((ext) => ` ${ext}`).join("")}>`,
  );
}

describe("every command and option of the program", () => {
  it("is offered", async () => {
    expect(await suggested("")).toEqual([...program.commands.map((command) => command.name()), "help"]);
    expect(await suggested("--")).toEqual(["--version", "--help"]);
  });

  it.each(program.commands.map((command) => command.name()))("%s: all its options", async (name) => {
    const command = program.commands.find((one) => one.name() === name);
    expect(await suggested(`${name} --`)).toEqual([...(command?.options.map(({ long }) => long) ?? []), "--help"]);
  });
});

describe("suggestions", () => {
  it.each([
    ["bu", ["build"]],
    ["graph --f", ["--format"]],
    ["graph --format ", ["mermaid", "dot", "svg", "html"]],
    ["graph --format=s", ["--format=svg"]],
    ["graph --format svg --f", []],
    ["graph --out ", ["<file>"]],
    ["graph --out=x", ["--out=<file>"]],
    ["build --out ", ["<folder>"]],
    ["list --cwd ", ["<folder>"]],
    ["list --config ", ["<file>"]],
    ["init ", ["<folder>"]],
    ["init x --library ", ["<file>"]],
    ["init x --ci ", [...Object.keys(CI_FILES), "none"]],
    ["init x --ci github gitl", ["gitlab"]],
    ["doctor --for ", [...PLACES]],
    ["build --airflow ", ["auto", "none", "<file>"]],
    ["build --airflow n", ["none", "<file>"]],
    ["build --version ", []],
    ["completion ", ["bash", "zsh", "fish"]],
    ["run l", ["l0_to_l1_vbi", "l0_to_l1_vbi_quick"]],
    ["graph noop ", ["l0_to_l1_vbi", "l0_to_l1_vbi_quick"]],
    ["run l0_to_l1_vbi --only ", ["Transfer", "Dark"]],
    ["run l0_to_l1_vbi_quick_1.4.0 --only Q", ["Quick"]],
    ["run --only ", ["Transfer", "Dark", "Quick", "NoOp"]],
    ["run --only NoOp n", ["noop"]],
    ["run nonsense --only ", []],
    ["run noop --resume ", ["20260101T000000000Z-noop"]],
    ["run l0_to_l1_vbi_1.4.0 --resume ", ["20260102T000000000Z-l0_to_l1_vbi"]],
    ["run l0_to_l1_vbi_1.5.0 --resume ", []],
    ["run --resume ", ["20260101T000000000Z-noop", "20260102T000000000Z-l0_to_l1_vbi"]],
    ["run noop --artifact ", ["<file zip>"]],
    ["run noop --conf ", []],
  ])("after dkist-core %s|: %p", async (line, texts) => {
    expect(await suggested(line)).toEqual(texts);
  });

  it("says what each is", async () => {
    const described = async (line: string): Promise<string[]> => {
      const words = line.split(" ");
      const current = words.pop() ?? "";
      const all = await suggest(program, readCursor(program, words, current), current, NAMES);
      return all.map((one) => (one.kind === "text" ? one.description : ""));
    };
    expect(await described("ru")).toEqual(["run a workflow on this machine, without Airflow"]);
    expect(await described("run --retry")).toEqual(["seconds between tries, instead of each task's own"]);
    expect(await described("run noop --resume ")).toEqual(["recipe run 7"]);
    expect(await described("run ")).toEqual(["2 tasks", "2 tasks", "1 task"]);
  });

  it("takes the codes that can be explained from their lists", async () => {
    const withCodes = createProgram(
      () => Promise.resolve(0),
      () => undefined,
    );
    withCodes.command("by-code").argument("<code>");
    expect(await suggested("by-code ", NAMES, withCodes)).toEqual([...DIAGNOSTIC_CODES, ...ERROR_CODES]);
  });

  it("asks a client repo for its names only where one may stand", async () => {
    const asked: string[] = [];
    const names: ClientNames = {
      workflows: () => (asked.push("workflows"), NAMES.workflows()),
      runs: () => (asked.push("runs"), NAMES.runs()),
    };
    for (const line of ["", "ru", "run --", "run noop --cwd ", "graph --format ", "build "])
      await suggested(line, names);
    expect(asked).toEqual([]);
    await suggested("graph ", names);
    await suggested("run noop --resume ", names);
    expect(asked).toEqual(["workflows", "runs"]);
  });
});
