import { writeSync } from "node:fs";
import { DkistCoreError } from "../model/diagnostics.js";
import { documentText, errorDocument } from "../report/json.js";
import { commands } from "./commands.js";
import { watchForEarlyEnd } from "./early-end.js";
import { errorText } from "./finding-words.js";
import type { CommonOptions } from "./program.js";
import { openTerminal } from "./terminal.js";

/**
 * Runs a command, and is the one place that catches.
 *
 * @returns the exit code
 */
export async function runCommand(name: string, options: CommonOptions & Record<string, unknown>): Promise<number> {
  const isJson = options.json === true;
  const terminal = openTerminal(process, { quiet: options.quiet === true || isJson });
  const document = (error: unknown): string => documentText(name, errorDocument(name, error));
  const stopWatching = watchForEarlyEnd(name, (error) => {
    terminal.close();
    if (isJson) writeNow(1, document(error));
    writeNow(2, errorText(error, options, terminal));
  });
  try {
    checkWorkingFolder();
    return await commands[name as keyof typeof commands](options, terminal);
  } catch (error) {
    terminal.close();
    if (isJson) terminal.data(document(error));
    terminal.words(errorText(error, options, terminal));
    return 2;
  } finally {
    terminal.close();
    stopWatching();
  }
}

/** What a command that was called in a wrong way writes with `--json`. */
export function usageDocument(name: string, reason: string): string {
  return documentText(name, errorDocument(name, new DkistCoreError("BAD_USAGE", reason)));
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
