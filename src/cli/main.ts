import { writeSync } from "node:fs";
import { DkistCoreError } from "../model/diagnostics.js";
import { watchForEarlyEnd, type EarlyEnd } from "./early-end.js";
import { CommanderError, createProgram, type CommonOptions } from "./program.js";

/**
 * The command line: parses it, runs the command, and is the one place that catches.
 *
 * @param argv - as Node gives it
 * @returns the exit code: 0 fine, 1 findings, 2 could not run
 */
export async function main(argv: readonly string[]): Promise<number> {
  const earlyEnd = watchForEarlyEnd(({ code, message }) => writeNow(2, `error ${code}  ${message}\n`));
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    // `| head` closes the pipe before we are done, and a user the terminal: that is not an error.
    if (code !== "EPIPE" && code !== "EIO")
      earlyEnd.end(new DkistCoreError("WRITE_FAILED", `cannot write to stdout: ${message}`), 2);
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
    (name, options) => runCommand(name, options, earlyEnd),
    (code) => (exitCode = code),
  );
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

async function runCommand(
  name: string,
  options: CommonOptions & Record<string, unknown>,
  earlyEnd: EarlyEnd,
): Promise<number> {
  const { openTerminal } = await import("./terminal.js");
  const { documentText, errorDocument } = await import("../report/json.js");
  const { errorText } = await import("./finding-words.js");
  const isJson = options.json === true;
  const terminal = openTerminal(process, { quiet: options.quiet === true || isJson });
  const document = (error: unknown): string => documentText(name, errorDocument(name, error));
  earlyEnd.begin(name, (error) => {
    terminal.close();
    if (isJson) writeNow(1, document(error));
    writeNow(2, errorText(error, options, terminal));
  });
  try {
    checkWorkingFolder();
    const { commands } = await import("./commands.js");
    return await commands[name as keyof typeof commands](options, terminal);
  } catch (error) {
    terminal.close();
    if (isJson) terminal.data(document(error));
    terminal.words(errorText(error, options, terminal));
    return 2;
  } finally {
    terminal.close();
    earlyEnd.over();
  }
}

/** A folder that was removed while a shell is in it is missed in too many places to say it there. */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    const hint = "change to another folder, and run it again";
    throw new DkistCoreError("BAD_USAGE", "the working folder is not there any more", { hint, cause });
  }
}

/** At once, and with no word where it cannot be: whoever was to read it is gone. */
function writeNow(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // The exit code still says it.
  }
}
