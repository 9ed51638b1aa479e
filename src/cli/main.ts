import { writeSync } from "node:fs";
import { DkistCoreError } from "../model/diagnostics.js";
import { CommanderError, createProgram, type CommonOptions } from "./program.js";

/**
 * The command line: parses it, runs the command, and is the one place that catches.
 *
 * @param argv - as Node gives it
 * @returns the exit code: 0 fine, 1 findings, 2 could not run
 */
export async function main(argv: readonly string[]): Promise<number> {
  // `| head` closes the pipe before we are done, and a user the terminal: that is not an error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
  // What a shell's completion script asks on TAB: nobody types it, and its words may be anything.
  if (argv[2] === "complete" && argv.length > 4) {
    const { answer } = await import("./completion/answer.js");
    process.stdout.write(await answer(argv.slice(3), process));
    return 0;
  }
  let exitCode = 0;
  const program = createProgram(runCommand, (code) => (exitCode = code));
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, argv);
    throw error;
  }
}

async function usage(error: CommanderError, argv: readonly string[]): Promise<number> {
  // Help and version are no errors; commander has printed what there is to say.
  if (error.exitCode === 0) return 0;
  if (argv.includes("--json")) {
    const { documentText, errorDocument } = await import("../report/json.js");
    const command = argv[2] ?? "";
    const reason = error.message.replace(/^error: /, "");
    const document = errorDocument(command, new DkistCoreError("BAD_USAGE", reason));
    process.stdout.write(documentText(command, document));
  }
  return 2;
}

async function runCommand(name: string, options: CommonOptions & Record<string, unknown>): Promise<number> {
  const { openTerminal } = await import("./terminal.js");
  const { documentText, errorDocument } = await import("../report/json.js");
  const terminal = openTerminal(process, { quiet: options.quiet === true || options.json === true });
  const ended = neverSilently(name, options, (error) => documentText(name, errorDocument(name, error)));
  try {
    const { commands } = await import("./commands.js");
    return await commands[name as keyof typeof commands](options, terminal);
  } catch (error) {
    if (options.json === true) terminal.data(documentText(name, errorDocument(name, error)));
    if (error instanceof DkistCoreError) {
      const { errorText } = await import("../report/text.js");
      terminal.words(errorText(error, terminal.colored));
    } else {
      terminal.words(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      terminal.words("this is a defect of dkist-core: please report it with the lines above\n");
    }
    return 2;
  } finally {
    ended();
  }
}

/**
 * A config is a program: it may end the process, or wait for ever for nothing. A CI must not take that for success.
 *
 * @returns to be called when the command has ended by itself
 */
function neverSilently(name: string, options: CommonOptions, document: (error: DkistCoreError) => string): () => void {
  const endedEarly = (): void => {
    process.exitCode = 2;
    const sentence = `${name} was ended before it was done: a config file ends the process, or waits for ever`;
    const error = new DkistCoreError("BAD_CONFIG", sentence, { hint: "a config may only give settings" });
    // Nothing asynchronous happens any more.
    if (options.json === true) writeSync(1, document(error));
    writeSync(2, `error BAD_CONFIG  ${sentence}\n`);
  };
  process.on("exit", endedEarly);
  return () => void process.off("exit", endedEarly);
}
