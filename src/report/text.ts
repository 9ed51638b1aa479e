import { createColors } from "picocolors";
import { counted } from "../model/counted.js";
import type { Diagnostic, DkistCoreError, Location } from "../model/diagnostics.js";
import { printable } from "../model/printable.js";

/** A finding, or the error that ended a command. */
export type Shown = Pick<Diagnostic, "severity" | "message" | "hint" | "location"> & { readonly code: string };

/**
 * Findings as people read them: a line each and a hint below it, and a count at the end.
 *
 *     src/vbi.ts:41:4 error CYCLE  l0_to_l1_vbi: DarkCalibration >> GainCalibration >> DarkCalibration
 *       hint: remove one of these upstreams
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], colored: boolean): string {
  if (diagnostics.length === 0) return "";
  const lines = diagnostics.map((diagnostic) => findingText(diagnostic, colored));
  return `${lines.join("")}${countText(diagnostics)}\n`;
}

/** @example countText(diagnostics) // "2 errors, 1 warning in 2 workflows" */
function countText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const counts = [
    ...(errors === 0 ? [] : [counted(errors, "error")]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
  ];
  const workflows = new Set(diagnostics.flatMap(({ location }) => location.workflow ?? []));
  const where = workflows.size === 0 ? "" : ` in ${counted(workflows.size, "workflow")}`;
  return `${counts.join(", ")}${where}`;
}

/** The error that ended a command, as a finding. */
export function errorFinding({ code, message, hint, location = {} }: DkistCoreError): Shown {
  return { severity: "error", code, message, ...(hint === undefined ? {} : { hint }), location };
}

/** What an error came from, and what that came from: whole, with stacks. */
export function causeText({ cause }: Error): string {
  if (cause === undefined) return "";
  const text =
    cause instanceof Error ? (cause.stack ?? cause.message) : typeof cause === "string" ? cause : JSON.stringify(cause);
  const lines = text.split("\n").map((line) => `    ${printable(line)}\n`);
  return `  caused by:\n${lines.join("")}${cause instanceof Error ? causeText(cause) : ""}`;
}

/** One finding: a line, and its hint below it. */
export function findingText({ severity, code, message, hint, location }: Shown, colored: boolean): string {
  const colors = createColors(colored);
  const word = severity === "error" ? colors.red(severity) : colors.yellow(severity);
  const place = placeText(location);
  return (
    `${place === "" ? "" : `${colors.bold(printable(place))} `}${word} ${colors.bold(code)}  ` +
    `${subjectText(location)}${linesText(message)}\n` +
    (hint === undefined ? "" : `  ${colors.dim("hint:")} ${printable(hint)}\n`)
  );
}

/** What a finding is about: `l0_to_l1_vbi Dark: `, or nothing. */
export function subjectText({ workflow, node }: Location): string {
  const parts = [workflow, node].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? "" : `${printable(parts.join(" "))}: `;
}

/** Printable, but for the ends of lines. */
export function linesText(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function placeText({ file, line, column }: Location): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** @returns nothing for none */
export function countedOrNothing(number: number, noun: string): string {
  return number === 0 ? "" : counted(number, noun);
}

/** Columns, each as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** @example bytesText(3_700_000) // "3.7 MB" */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
