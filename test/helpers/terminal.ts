import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "./client-repo.js";

const SCRIPT = fileURLToPath(new URL("terminal.py", import.meta.url));

/** Whatever these tests run in. */
const AT_A_DESK = {
  ...Object.fromEntries(["CI", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "BUILD_VERSION"].map((name) => [name, ""])),
  NODE_OPTIONS: "",
  TERM: "xterm-256color",
};

/** What a command did in a terminal. */
export interface TerminalResult {
  readonly exitCode: number;
  /** All that the terminal got. */
  readonly output: string;
  /** What it shows in the end, line by line, without colours. */
  readonly screen: readonly string[];
  /** Every state that a line had when something was written after it. */
  readonly states: readonly string[];
}

/**
 * Runs the command line in a real pseudo terminal, where all three streams are that terminal.
 *
 * @param options - `type`: keys to type once a text has been shown; `shell`: a command line for sh instead, with the
 *   command line's path as `$0`
 */
export async function dkistCoreInTerminal(
  parameters: readonly string[],
  options: {
    readonly cwd: string;
    readonly columns?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly type?: { readonly after: string; readonly keys: string };
    readonly shell?: string;
  },
): Promise<TerminalResult> {
  const bin = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
  const { after, keys } = options.type ?? { after: "", keys: "" };
  const command =
    options.shell === undefined ? [process.execPath, bin, ...parameters] : ["sh", "-c", options.shell, bin];
  const { stdout } = await promisify(execFile)(
    "python3",
    [SCRIPT, String(options.columns ?? 80), after, keys, ...command],
    {
      cwd: options.cwd,
      env: { ...process.env, ...AT_A_DESK, ...options.env },
      maxBuffer: 2 ** 26,
    },
  );
  const { output, exitCode } = JSON.parse(stdout) as { output: string; exitCode: number };
  return { exitCode, output, ...shown(output) };
}

const ESCAPE = "\u001b";

/** As a terminal reads it: colours away, a line erased where that is asked for, and the way back to its start. */
function shown(output: string): { screen: string[]; states: string[] } {
  const plain = output.split(ESCAPE).map((part, index) => (index === 0 ? part : part.replace(/^\[[0-9;]*m/, "")));
  const lines = [""];
  const states = new Set<string>();
  for (const [index, part] of plain.entries()) {
    const erased = index > 0 && part.startsWith("[2K");
    if (erased) lines[lines.length - 1] = "";
    for (const character of erased ? part.slice(3) : part) {
      if (character === "\n") lines.push("");
      else if (character === "\r") states.add(lines.at(-1) ?? "");
      else lines[lines.length - 1] = `${lines.at(-1) ?? ""}${character}`;
    }
  }
  return { screen: lines, states: [...states] };
}
