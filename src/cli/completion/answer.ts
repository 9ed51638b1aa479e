import { homedir } from "node:os";
import path from "node:path";
import { listRuns } from "../../engine/run-folder.js";
import { isId } from "../../model/naming.js";
import { createProgram } from "../program.js";
import { workflowNames } from "./client-names.js";
import { readCursor, type Cursor } from "./cursor.js";
import { listProcess } from "./list-process.js";
import { plainWord } from "./plain-word.js";
import { encodeSuggestions } from "./scripts.js";
import { SHELLS } from "./shell.js";
import { suggest, type ClientNames } from "./suggest.js";

/** How long the workflow modules may take to load, where nothing else is said. */
const DEFAULT_SECONDS = 2;

/**
 * Answers what a shell's completion script asks on TAB:
 *
 *     words of the command line -> plainWord -> readCursor -> suggest -> encodeSuggestions
 *
 * @param parameters - the shell, and the words after the program's name up to the cursor, the last one being at it
 * @param world - the process's own `argv`, environment and working folder
 * @returns the answer, in that shell's words; empty where nothing is known, or something is wrong: a TAB is no place to
 *   say it
 */
export async function answer(
  parameters: readonly string[],
  world: Pick<NodeJS.Process, "argv" | "env" | "cwd">,
): Promise<string> {
  // For one, the shell's folder may have been deleted.
  return suggestions(parameters, world).catch(() => "");
}

async function suggestions(
  [shellName, ...raw]: readonly string[],
  world: Parameters<typeof answer>[1],
): Promise<string> {
  const shell = SHELLS.find((name) => name === shellName);
  if (shell === undefined) return "";
  // zsh and fish have taken the quotes off already.
  const words = shell === "bash" ? raw.map(plainWord) : raw;
  const current = words.pop() ?? "";
  const program = createProgram(
    () => Promise.resolve(0),
    () => undefined,
  );
  const cursor = readCursor(program, words, current);
  return encodeSuggestions(shell, await suggest(program, cursor, current, clientNames(cursor, world)));
}

function clientNames({ options }: Cursor, { argv, env, cwd }: Parameters<typeof answer>[1]): ClientNames {
  const given = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value.replace(/^~(?=\/|$)/, homedir()) : undefined;
  };
  const root = path.resolve(cwd(), given("cwd") ?? ".");
  const seconds = Number(env["DKIST_COMPLETION_TIMEOUT_SECONDS"]) || DEFAULT_SECONDS;
  return {
    workflows: () => workflowNames(root, given("config") ?? null, listProcess(argv[1] ?? "", seconds)),
    runs: () => listRuns(root).filter(({ runId }) => isId(runId)),
  };
}
