// The measuring process (meter.py), kept for the whole run, so that starting it is in no figure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { CACHE, ensured } from "../folders.js";

/**
 * @param python any Python 3.9 or later
 * @returns {{ measure(command, memory?): Promise<{ wall: number, cpu: number, peak: number, own: number, output: string }>, close(): void }}
 *   seconds, and bytes where `memory` is asked for: of the process with its children, and of it alone
 */
export function startMeter(python) {
  const child = spawn(python, ["-I", "-S", path.join(import.meta.dirname, "meter.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: child.stdout });
  const log = path.join(ensured(CACHE), "last-output.log");
  return {
    async measure({ argv, cwd = CACHE, env = {}, exitCode: expected = 0 }, memory = false) {
      const answer = once(answers, "line");
      child.stdin.write(`${JSON.stringify({ argv, cwd, env: { ...process.env, ...env }, log, memory })}\n`);
      const { exitCode, ...figures } = JSON.parse(await answer.then(([line]) => line));
      const output = readFileSync(log, "utf8");
      if (exitCode !== expected) throw new Error(`${argv.join(" ")} ended with ${exitCode}\n${output.slice(-2000)}`);
      return { ...figures, output };
    },
    close: () => child.stdin.end(),
  };
}
