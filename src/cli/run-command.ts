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
  const earlyEnd = watchForEarlyEnd(name, (error) => {
    terminal.close();
    if (isJson) writeNow(1, document(error));
    writeNow(2, errorText(error, options, terminal));
  });
  try {
    return await commands[name as keyof typeof commands](options, terminal);
  } catch (cause) {
    const error = inPlainWords(cause);
    terminal.close();
    if (isJson) terminal.data(document(error));
    terminal.words(errorText(error, options, terminal));
    return 2;
  } finally {
    terminal.close();
    earlyEnd.over();
  }
}

/** What a command that was called in a wrong way writes with `--json`. */
export function usageDocument(name: string, reason: string): string {
  return documentText(name, errorDocument(name, new DkistCoreError("BAD_USAGE", reason)));
}

/** Every relative path starts in the working folder; what process.cwd() throws says nothing to a user. */
function inPlainWords(cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause && cause.syscall === "uv_cwd")) return cause;
  const hint = "change to a folder that is there";
  return new DkistCoreError("BAD_USAGE", "the folder that this was called in is deleted", { hint, cause });
}

/** At once, and with no word where it cannot be: whoever was to read it is gone. */
function writeNow(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // The exit code still says it.
  }
}
