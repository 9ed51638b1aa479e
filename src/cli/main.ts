import { writeSync } from "node:fs";
import path from "node:path";
import { CommanderError } from "commander";
import { startProcess, type StartedProcess } from "../load/started-process.js";
import type { commands } from "./commands.js";
import { createProgram } from "./program.js";
import { isReaderGone } from "./reader-gone.js";

/** The commands that load the client's modules, whatever else they are told: their process starts before their code is read. */
const LOADING: ReadonlySet<string> = new Set<keyof typeof commands>([
  "build",
  "export-dags",
  "graph",
  "list",
  "test-workflows",
]);

/**
 * The command line: parses it, shows help, and hands over to the command. What it loads itself is what `--help` costs; the
 * build makes one file of it.
 *
 * @param argv - as Node gives it
 * @returns the exit code: 0 fine, 1 findings, 2 could not run
 */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", (error: Error) => {
    if (isReaderGone(error)) return;
    writeSync(2, `error WRITE_FAILED  cannot write to stdout: ${error.message}\n`);
    process.exit(2);
  });
  // Nobody is left to be told.
  process.stderr.on("error", () => undefined);
  // What a shell's completion script asks on TAB: nobody types it, and its words may be anything.
  if (argv[2] === "complete" && argv.length > 4) {
    const { answer } = await import("./completion/answer.js");
    process.stdout.write(await answer(argv.slice(3), process));
    return 0;
  }
  let exitCode = 0;
  const program = createProgram(
    async (name, options) => {
      const startedProcess = LOADING.has(name) ? startEarly(options.cwd) : undefined;
      const { runCommand } = await import("./run-command.js");
      return runCommand(name, { ...options, ...(startedProcess === undefined ? {} : { startedProcess }) });
    },
    (code) => (exitCode = code),
  );
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are no errors; commander has printed what there is to say.
    if (error.exitCode === 0) return 0;
    if (argv.includes("--json")) {
      const { usageDocument } = await import("./run-command.js");
      process.stdout.write(usageDocument(argv[2] ?? "", error.message.replace(/^error: /, "")));
    }
    return 2;
  }
}

/** Nowhere, it is not started: the command says what is wrong. */
function startEarly(cwd: string): StartedProcess | undefined {
  try {
    return startProcess(path.resolve(cwd));
  } catch {
    return undefined;
  }
}
