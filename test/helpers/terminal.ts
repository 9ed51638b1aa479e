/** A command in a real pseudo terminal, with a terminal emulator that says what its user would see. */
import xterm from "@xterm/headless";
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PACKAGE_ROOT } from "./client-repo.js";

/** `dkist-core` under way in a terminal. */
export interface TerminalSession {
  /** What the screen shows, and what has scrolled off it: a line for each line that was written, however it was wrapped. */
  lines(): Promise<string[]>;
  /** Resolves when a line matches. */
  shows(pattern: RegExp): Promise<void>;
  /** All that it has got so far, as it was written. */
  output(): string;
  type(text: string): void;
  /** Another width: the emulator wraps its lines anew, and the command is told. */
  resize(columns: number): void;
  /** Takes the terminal away, as who closes its window. */
  close(): void;
  readonly ended: Promise<number | null>;
}

const BRIDGE = fileURLToPath(new URL("terminal-bridge.py", import.meta.url));
const ROWS = 24;
/** Whatever these tests run in. */
const AT_A_DESK = {
  ...{ CI: undefined, GITHUB_ACTIONS: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined },
  ...{ NODE_OPTIONS: "", BUILD_VERSION: undefined, TERM: "xterm-256color" },
};

/** @param options - `script`: a line of sh to run instead, where `$0` is the command line */
export function inTerminal(
  parameters: readonly string[],
  options: {
    readonly cwd: string;
    readonly columns: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly script?: string;
  },
): TerminalSession {
  const { cwd, columns, script } = options;
  const screen = new xterm.Terminal({ cols: columns, rows: ROWS, scrollback: 10_000, allowProposedApi: true });
  const env = { ...process.env, ...AT_A_DESK, ...options.env };
  const bin = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
  const command = script === undefined ? [process.execPath, bin, ...parameters] : ["sh", "-c", script, bin];
  const child = spawn("python3", [BRIDGE, String(columns), String(ROWS), ...command], {
    cwd,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const written: Buffer[] = [];
  child.stdout.on("data", (output: Buffer) => {
    written.push(output);
    screen.write(output);
  });
  const order = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
  const lines = async (): Promise<string[]> => {
    await new Promise<void>((resolve) => screen.write("", resolve));
    const whole: string[] = [];
    const buffer = screen.buffer.active;
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped === true) whole.push(`${whole.pop() ?? ""}${text}`);
      else whole.push(text);
    }
    return whole;
  };
  return {
    lines,
    shows: async (pattern) => {
      while (!(await lines()).some((line) => pattern.test(line)))
        await new Promise((resolve) => setTimeout(resolve, 30));
    },
    output: () => Buffer.concat(written).toString(),
    type: (text) => order({ input: text }),
    resize: (width) => {
      screen.resize(width, ROWS);
      order({ size: [width, ROWS] });
    },
    close: () => void child.kill("SIGKILL"),
    ended: new Promise((resolve) => child.on("close", resolve)),
  };
}
