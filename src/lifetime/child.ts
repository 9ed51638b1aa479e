import type { ChildProcess } from "node:child_process";
import { atExit } from "./at-exit.js";

/** Kills a child process when this process ends before it: nobody would read any more what it says. */
export function endsWithUs<T extends ChildProcess>(child: T): T {
  const forget = atExit(() => child.kill("SIGKILL"));
  child.once("exit", forget).once("error", forget);
  return child;
}
