import type { Diagnostic, DiagnosticCode } from "../model/diagnostics.js";

/**
 * A finding about a release.
 *
 * @param file - the zip, manifest or file that it is about, as the user knows it
 */
export function finding(code: DiagnosticCode, file: string, message: string, hint?: string): Diagnostic {
  return { severity: "error", code, message, ...(hint === undefined ? {} : { hint }), location: { file } };
}
