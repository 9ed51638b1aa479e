import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The command line of a process: a process id alone says little, as ids are given out again.
 *
 * @returns undefined when there is no such process
 */
export function commandLineOf(pid: number): string | undefined {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return undefined;
  }
}
