import type { BuildOptions, CheckLevel, Outcome } from "../../build.js";
import { printable } from "../../model/printable.js";
import { shellWord } from "../../model/shell-word.js";
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
    ...(options.startedProcess === undefined ? {} : { startedProcess: options.startedProcess }),
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

/** A next command, as it can be pasted into a shell. */
export function commandText(...words: readonly string[]): string {
  return printable(["dkist-core", ...words].map(shellWord).join(" "));
}

/** What a next command is given so that it works on the same client repo. */
export function sameClientRepo({ cwd, config }: CommonOptions): string[] {
  return [...(cwd === "." ? [] : ["--cwd", cwd]), ...(config === undefined ? [] : ["--config", config])];
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

/** @example releaseText({ name: "vbi", version: "1.4.0", gitCommit: "3f2c1ab...", gitDirty: false }) // "vbi 1.4.0, git 3f2c1ab" */
export function releaseText(release: {
  readonly name: string | null;
  readonly version: string | null;
  readonly gitCommit: string | null;
  readonly gitDirty: boolean | null;
}): string {
  const { name, version, gitCommit, gitDirty } = release;
  const git = gitCommit === null ? "" : `, git ${gitCommit.slice(0, 7)}${gitDirty === true ? " (dirty)" : ""}`;
  return printable(`${name ?? ""} ${version ?? ""}${git}`);
}
