import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A program that takes longer than this to say its version hangs. */
const LIMIT_MS = 8_000;

/**
 * The first line that a program prints when it is asked for its version.
 *
 * @param program - a name on PATH or a path
 * @returns undefined where it does not run
 */
export async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ["--version"], { timeout: LIMIT_MS, killSignal: "SIGKILL" });
    return stdout.split("\n")[0]?.trim();
  } catch {
    return undefined;
  }
}
