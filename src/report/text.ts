import { createColors } from "picocolors";
import type { Diagnostic, DkistCoreError, Location } from "../model/diagnostics.js";
import { printable } from "../model/printable.js";

type Colors = ReturnType<typeof createColors>;

/** A finding or an error, as a line and its hint. */
type Shown = Pick<Diagnostic, "severity" | "message" | "hint" | "location"> & { readonly code: string };

/**
 * Findings as people read them: a line each and a hint below it, and a count at the end.
 *
 *     src/vbi.ts:41:4 error CYCLE  l0_to_l1_vbi: DarkCalibration >> GainCalibration >> DarkCalibration
 *       hint: remove one of these upstreams
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], colored: boolean): string {
  if (diagnostics.length === 0) return "";
  const colors = createColors(colored);
  const lines = diagnostics.map((diagnostic) => shownText(diagnostic, colors));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const summary = [count(errors, "error"), count(diagnostics.length - errors, "warning")].filter((text) => text !== "");
  return `${lines.join("")}${summary.join(", ")}\n`;
}

/** The error that ended a command. */
export function errorText(error: DkistCoreError, colored: boolean): string {
  const { code, message, hint, location = {} } = error;
  return shownText(
    { severity: "error", code, message, ...(hint === undefined ? {} : { hint }), location },
    createColors(colored),
  );
}

function shownText({ severity, code, message, hint, location }: Shown, colors: Colors): string {
  const word = severity === "error" ? colors.red(severity) : colors.yellow(severity);
  const subject = [location.workflow, location.node].filter((part) => part !== undefined && part !== "").join(" ");
  const place = placeText(location);
  const sentence = message.split("\n").map(printable).join("\n");
  return (
    `${place === "" ? "" : `${colors.bold(printable(place))} `}${word} ${colors.bold(code)}  ` +
    `${subject === "" ? "" : `${printable(subject)}: `}${sentence}\n` +
    (hint === undefined ? "" : `  ${colors.dim("hint:")} ${printable(hint)}\n`)
  );
}

function placeText({ file, line, column }: Location): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** @returns nothing for none */
export function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
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
