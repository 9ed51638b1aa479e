import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";

/** A file of a release that cannot be read at all, so that nothing can be said about it. */
export function unreadable(file: string, cause: unknown): DkistCoreError {
  if (cause instanceof DkistCoreError) return cause;
  return new DkistCoreError("BAD_ARTIFACT", `${path.basename(file)} cannot be read: ${messageOf(cause)}`, {
    hint: "check the path, and that you may read it",
    location: { file },
    cause,
  });
}

/** Whether a system call failed: that says nothing about what is in a file. */
export function isFromTheDisk(cause: unknown): boolean {
  return typeof cause === "object" && cause !== null && "syscall" in cause;
}

/** Whether it fails because there is nothing of that name. */
export function isMissing(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
