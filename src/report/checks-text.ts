import { printable } from "../model/printable.js";
import { columns, countedOrNothing } from "./text.js";

/** One line of what was found; see the check results of doctor. */
interface Shown {
  readonly check: string;
  readonly status: string;
  readonly found: string;
  readonly hint?: string;
}

/**
 * Checks as people read them and paste them into a bug report: plain text, a hint below each line that has one.
 *
 *     ok       Node        20.19.0
 *     problem  CODE_MOUNT  not set
 *       hint: CODE_MOUNT must be the absolute path of the folder that code zips are unpacked into
 *     1 problem
 *
 * @param options - `findingsOnly`: problems and warnings alone; `place`: what they were weighed for
 */
export function checksText(
  checks: readonly Shown[],
  { findingsOnly, place }: { readonly findingsOnly: boolean; readonly place: string | null },
): string {
  const isFinding = ({ status }: Shown): boolean => status === "problem" || status === "warning";
  const shown = findingsOnly ? checks.filter(isFinding) : checks;
  const lines = columns(shown.map(({ status, check, found }) => [status, check, printable(found)])).split("\n");
  const text = shown.map(({ hint }, index) => {
    return `${lines[index] ?? ""}\n${hint === undefined ? "" : `  hint: ${printable(hint)}\n`}`;
  });
  return `${text.join("")}${findingsOnly ? "" : summary(checks, place)}`;
}

function summary(checks: readonly Shown[], place: string | null): string {
  const number = (status: string): number => checks.filter((check) => check.status === status).length;
  const parts = [countedOrNothing(number("problem"), "problem"), countedOrNothing(number("warning"), "warning")].filter(
    (part) => part !== "",
  );
  const weighedFor = place === null ? "" : ` (--for ${place})`;
  return `${parts.length === 0 ? "no problem" : parts.join(", ")}${weighedFor}\n`;
}
