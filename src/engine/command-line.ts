import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * The command line of a process: a process id alone says little, as ids are given out again.
 *
 * @returns undefined when there is no such process, or only what is left of it until its parent asks for its end
 */
export function commandLineOf(pid: number): string | undefined {
  try {
    const line =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
        : execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}

/** The command lines of all processes of this machine that this user may see. */
export function commandLines(): string[] {
  if (process.platform !== "linux")
    return execFileSync("ps", ["-axww", "-o", "args="], { encoding: "utf8" }).split("\n");
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (commandLineOf(Number(name)) ?? []) : []));
}
