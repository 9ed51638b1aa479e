import { spawn, type ChildProcess, type IOType } from "node:child_process";
import { Socket } from "node:net";
import { atExit } from "./at-exit.js";

/** A program, and whatever it has started itself. */
export interface ProcessGroup {
  /** The program's own process. */
  readonly leader: ChildProcess;
  /** Kills all of it. */
  readonly end: () => void;
}

/** How a program is started: as for `spawn`. */
export interface ProcessGroupOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdio: readonly [stdin: IOType, stdout: IOType | 2, stderr: IOType | 2, channel?: "ipc" | "ignore"];
  readonly serialization?: "advanced";
}

/**
 * Descriptor 4 is a pipe whose other end only this process has: once that is gone, whatever took it, the shell beside the
 * program reads the pipe's end and kills the group. The program itself might be in a busy loop, and hear nothing.
 */
const WRAPPER = `(read -r _ <&4; kill -s KILL 0) >/dev/null 2>&1 3>&- &
exec "$@" 4<&-`;

/**
 * Starts a program in a process group of its own, which ends as a whole: with the program, and with this process, even
 * where that is killed. Only what leaves the group by itself, as a daemon does, lives on.
 */
export function startProcessGroup(
  program: string,
  parameters: readonly string[],
  { stdio: [stdin, stdout, stderr, channel = "ignore"], ...options }: ProcessGroupOptions,
): ProcessGroup {
  const leader = spawn("/bin/sh", ["-c", WRAPPER, "dkist-core", program, ...parameters], {
    ...options,
    stdio: [stdin, stdout, stderr, channel, "pipe"],
    detached: true,
  });
  const pipe: unknown = leader.stdio[4];
  if (pipe instanceof Socket) pipe.unref(); // it keeps nobody waiting
  let isOver = false;
  const end = (): void => {
    if (isOver || leader.pid === undefined) return;
    isOver = true;
    forget();
    try {
      process.kill(-leader.pid, "SIGKILL");
    } catch {
      // Nobody of it is left.
    }
  };
  const forget = atExit(end);
  leader.once("exit", end);
  return { leader, end };
}
