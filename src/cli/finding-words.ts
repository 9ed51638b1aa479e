import path from "node:path";
import { DkistCoreError, type Diagnostic } from "../model/diagnostics.js";
import { githubLines } from "../report/github.js";
import { causeText, diagnosticsText, errorFinding, findingText, linesText, type Shown } from "../report/text.js";
import type { OutputOptions } from "./program.js";
import type { Terminal } from "./terminal.js";

type Options = OutputOptions & { readonly cwd?: string };

/** All findings of a command: as lines, and where GitHub runs it, in its own words too. */
export function findingsText(diagnostics: readonly Diagnostic[], options: Options, terminal: Terminal): string {
  const [first] = diagnostics;
  if (first === undefined) return "";
  const lines = diagnosticsText(diagnostics, terminal.colored);
  return `${lines}${annotations(diagnostics, options.cwd ?? ".")}${explainText(first.code, options, terminal)}`;
}

/** The error that ended a command; one that nobody expected, with all that helps to mend it. */
export function errorText(error: unknown, options: Options, terminal: Terminal): string {
  if (!(error instanceof DkistCoreError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${linesText(stack)}\nthis is a defect of dkist-core: please report it with the lines above\n`;
  }
  const finding = errorFinding(error);
  return [
    findingText(finding, terminal.colored),
    options.verbose === true ? causeText(error) : "",
    annotations([finding], options.cwd ?? "."),
    explainText(error.code, options, terminal),
  ].join("");
}

function annotations(findings: readonly Shown[], cwd: string): string {
  if (process.env["GITHUB_ACTIONS"] !== "true") return "";
  return githubLines(findings, folderInCheckout(process.env["GITHUB_WORKSPACE"], cwd));
}

/** Where the client repo lies in a CI's checkout; empty when it is not in there. */
export function folderInCheckout(checkout: string | undefined, cwd: string): string {
  const folder = path
    .relative(checkout ?? "", cwd)
    .split(path.sep)
    .join("/");
  return folder === ".." || folder.startsWith("../") || path.isAbsolute(folder) ? "" : folder;
}

/** Once, and for somebody who looks at it. */
function explainText(code: string, { quiet, json }: Options, { isLive }: Terminal): string {
  // Who stopped it knows.
  if (!isLive || quiet === true || json === true || code === "STOPPED") return "";
  return `dkist-core explain ${code} says more\n`;
}
