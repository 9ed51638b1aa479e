import { lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { dirname } from "node:path";
import { describeError, isError } from "./error-facts.js";
import { writeOwnFile } from "./own-file.js";
import type { Redact } from "./redaction.js";

/** Why a task failed: what the failure message can say beyond "it failed". */
export interface FailureReport {
  /** At most 200 UTF-16 units. */
  readonly errorName: string;
  /** At most 2,000 UTF-16 units. */
  readonly errorMessage: string;
  /** What the task process exits with. */
  readonly exitCode?: number;
}

export const MAX_ERROR_NAME_LENGTH = 200;
export const MAX_ERROR_MESSAGE_LENGTH = 2_000;

/** Describes what was thrown, without secrets and within the limits. */
export function failureReportOf(thrown: unknown, exitCode: number, redact: Redact): FailureReport {
  const { name, message } = describeError(thrown);
  return {
    errorName: truncate(redact(name), MAX_ERROR_NAME_LENGTH),
    errorMessage: truncate(redact(message), MAX_ERROR_MESSAGE_LENGTH),
    exitCode,
  };
}

/** Removes the report of an earlier run at the same path, so that it is never taken for this one's. */
export function removeFailureReport(path: string): void {
  refuseNoFile(path);
  try {
    unlinkSync(path);
  } catch (error) {
    if (!(isError(error) && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/**
 * Writes the report for this user alone, whole or not at all. Synchronous, as it is also written in the last moment of
 * a process.
 *
 * @throws Error where the folder cannot be made or written
 */
export function writeFailureReport(path: string, report: FailureReport): void {
  refuseNoFile(path);
  makeFolder(dirname(path));
  writeOwnFile(path, `${JSON.stringify(report)}\n`);
}

/** The folder alone and none above it: Node's own way of making several at once never comes back below /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(isError(error) && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** A device such as /dev/null is every program's: root could remove it, or rename the report over it. */
function refuseNoFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isSymbolicLink()) return;
  throw new Error(`${path} is no regular file`);
}

/** Never cuts through a surrogate pair, and leaves no half of one behind. */
export function truncate(text: string, maxLength: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const cut = whole.slice(0, maxLength);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
