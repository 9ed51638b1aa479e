import type { BuildOptions, CheckLevel, Outcome } from "../../build.js";
import { printable } from "../../model/printable.js";
import { jsonText, outcomeDocument } from "../../report/json.js";
import { findingsText } from "../finding-words.js";
import type { CommonOptions, OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";

/** The options of every command, as the functions take them. */
export function buildOptions(options: CommonOptions, terminal: Terminal): BuildOptions {
  return {
    cwd: options.cwd,
    ...(options.config === undefined ? {} : { configFile: options.config }),
    ...(options.version === undefined ? {} : { version: options.version }),
    progress: terminal.progress,
  };
}

/**
 * Shows what came of a command that is asked to show something: with `--json` one document, else the findings and, where
 * there is a result, its text.
 *
 * @returns the exit code
 */
export function show<T>(
  command: string,
  outcome: Outcome<T>,
  options: OutputOptions & { readonly cwd?: string },
  terminal: Terminal,
  text: (result: T) => string,
): number {
  terminal.words(findingsText(outcome.diagnostics, options, terminal));
  if (options.json === true) terminal.data(jsonText(outcomeDocument(command, outcome)));
  else if (outcome.result !== null) terminal.data(text(outcome.result));
  return outcome.ok ? 0 : 1;
}

/** Which checks could not run, and why. */
export function uncheckedText(levels: readonly CheckLevel[]): string {
  return levels
    .filter(({ ran }) => !ran)
    .map(({ level, reason = "" }) => `not checked: ${level} (${printable(reason)})\n`)
    .join("");
}

/** What a command that makes or checks something has to say in the end. */
export interface Summary {
  /** What was made: data. */
  readonly made: string;
  /** Words that go with it: how much it is, and the next command. */
  readonly words: string;
}

/**
 * The same for a command that makes or checks something: with `--quiet`, no news is good news.
 *
 * @returns the exit code
 */
export function report<T>(
  command: string,
  outcome: Outcome<T>,
  options: OutputOptions & { readonly cwd?: string },
  terminal: Terminal,
  summary: (result: T) => Summary,
): number {
  const exitCode = show(command, outcome, options, terminal, (result) =>
    options.quiet === true ? "" : summary(result).made,
  );
  const isSaid = options.quiet !== true && options.json !== true;
  if (isSaid && outcome.result !== null) terminal.words(summary(outcome.result).words);
  return exitCode;
}
