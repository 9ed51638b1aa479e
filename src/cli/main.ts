import { writeSync } from "node:fs";
import { CommanderError } from "commander";
import { createProgram } from "./program.js";
import { isReaderGone } from "./reader-gone.js";

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
    async (name, options) => (await import("./run-command.js")).runCommand(name, options),
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
