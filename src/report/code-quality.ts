import { createHash } from "node:crypto";
import type { Diagnostic } from "../model/diagnostics.js";
import { printable } from "../model/printable.js";
import { subjectText } from "./text.js";

/** GitLab drops what has no path: a finding about the whole client repo is shown at this file of it. */
const WHOLE_REPO = "package.json";

/**
 * Findings as GitLab's code quality report.
 *
 * A finding is told from others by its code, file and object, never by its line: it stays the same one when lines move.
 *
 * @param folder - the client repo's path in the checkout, with forward slashes; empty when it is the checkout itself
 */
export function codeQualityJson(diagnostics: readonly Diagnostic[], folder: string): string {
  const seen = new Map<string, number>();
  const issues = diagnostics.map(({ severity, code, message, hint, location }) => {
    const { file = WHOLE_REPO, line = 1, workflow, node, field } = location;
    const path = folder === "" ? file : `${folder}/${file}`;
    const identity = JSON.stringify([code, path, workflow, node, field]);
    const count = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, count);
    return {
      description: `${subjectText(location)}${printable(message)}${hint === undefined ? "" : ` (hint: ${printable(hint)})`}`,
      check_name: code,
      fingerprint: createHash("sha256").update(`${identity}${count}`).digest("hex"),
      severity: severity === "error" ? "major" : "minor",
      location: { path, lines: { begin: line } },
    };
  });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
