import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from "node:fs";
import {
  MAX_ERROR_MESSAGE_LENGTH,
  MAX_ERROR_NAME_LENGTH,
  truncate,
  type FailureReport,
} from "../runtime/failure-report.js";

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
  const text = readOwnFile(path);
  if (text === undefined) return undefined;
  try {
    rmSync(path, { force: true });
  } catch {
    // It was read, and the next try has a path of its own.
  }
  return parseReport(text);
}

function readOwnFile(path: string): string | undefined {
  let descriptor: number;
  try {
    // Non-blocking: opening a FIFO would wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const { uid, size, ...stats } = fstatSync(descriptor);
    const isOwn = uid === process.getuid?.();
    const isFile = (stats.mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isOwn || !isFile || size > MAX_REPORT_BYTES) return undefined;
    const bytes = Buffer.alloc(size);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, size, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
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
