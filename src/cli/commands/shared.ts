import type { BuildOptions, Outcome } from "../../build.js";
import { jsonText, outcomeDocument } from "../../report/json.js";
import { diagnosticsText } from "../../report/text.js";
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
 * Shows what came of a command: with `--json` one document, else the findings and, where there is a result, its text.
 *
 * @returns the exit code
 */
export function show<T>(
  command: string,
  outcome: Outcome<T>,
  options: OutputOptions,
  terminal: Terminal,
  text: (result: T) => string,
): number {
  terminal.words(diagnosticsText(outcome.diagnostics, terminal.colored));
  if (options.json === true) terminal.data(jsonText(outcomeDocument(command, outcome)));
  else if (outcome.result !== null) terminal.data(text(outcome.result));
  return outcome.ok ? 0 : 1;
}
