import { rmSync } from "node:fs";
import {
  MAX_ERROR_MESSAGE_LENGTH,
  MAX_ERROR_NAME_LENGTH,
  truncate,
  type FailureReport,
} from "../runtime/failure-report.js";
import { readOwnFile } from "../runtime/own-file.js";

/** A report is some 2 kB; what is larger is not ours. */
const MAX_REPORT_BYTES = 64 * 1024;

/**
 * Takes the failure report that a task left: reads it and removes it. The path lies in a folder of this user, but the
 * message leaves the machine, so nothing but a regular file of our own is read, never through a link, and of its
 * content only the known fields.
 *
 * @returns undefined where there is no report to be trusted
 */
export function takeFailureReport(path: string): FailureReport | undefined {
  let text: string;
  try {
    text = readOwnFile(path, MAX_REPORT_BYTES, [process.getuid?.()]);
  } catch {
    return undefined;
  }
  try {
    rmSync(path, { force: true });
  } catch {
    // It was read, and the next try has a path of its own.
  }
  return parseReport(text);
}

function parseReport(text: string): FailureReport | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
  if (typeof content !== "object" || content === null) return undefined;
  const { errorName, errorMessage, exitCode } = content as Partial<Record<keyof FailureReport, unknown>>;
  if (typeof errorName !== "string" || typeof errorMessage !== "string") return undefined;
  return {
    errorName: truncate(errorName, MAX_ERROR_NAME_LENGTH),
    errorMessage: truncate(errorMessage, MAX_ERROR_MESSAGE_LENGTH),
    ...(Number.isSafeInteger(exitCode) && { exitCode: exitCode as number }),
  };
}
