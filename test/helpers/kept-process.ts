import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** A program that lives no longer than this process: it is stopped also when we crash or are killed. */
export interface KeptProcess {
  /** The program's own process, and its process group. */
  readonly pid: number;
  /** Whether it is still there. */
  isAlive(): boolean;
  /** Kills the whole group at once, as a machine that goes down does. */
  kill(): Promise<void>;
  /** Asks it to end, and kills what is left of it after the grace. */
  stop(): Promise<void>;
}

export interface KeptOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes stdout and stderr. */
  readonly log: string;
  /** What asks the program to end. Default: TERM. */
  readonly stopSignal?: "TERM" | "INT";
  /** Seconds between that and KILL. */
  readonly graceSeconds?: number;
}

/**
 * `$1` signal, `$2` grace in seconds, then the program. It runs in a session of its own; the keeper tells its process id,
 * and ends it when stdin closes. The trap comes second: a signal that is ignored when a shell starts is never heard in it.
 */
const KEEPER = `signal=$1 grace=$2
shift 2
setsid "$@" >&3 2>&1 3>&- </dev/null & program=$!
trap "" INT TERM HUP
echo $program
exec 3>&-
cat >/dev/null
kill -s $signal $program 2>/dev/null
while [ $grace -gt 0 ] && kill -0 $program 2>/dev/null; do sleep 0.2; grace=$((grace - 1)); done
kill -s KILL -- -$program 2>/dev/null
wait $program`;

/** Starts a program. */
export async function keepProcess(
  command: string,
  parameters: readonly string[],
  { cwd, env, log, stopSignal = "TERM", graceSeconds = 10 }: KeptOptions,
): Promise<KeptProcess> {
  const output = openSync(log, "a");
  const keeper = spawn(
    "/bin/sh",
    ["-c", KEEPER, "keeper", stopSignal, String(graceSeconds * 5), command, ...parameters],
    { cwd, env, detached: true, stdio: ["pipe", "pipe", "ignore", output] },
  );
  closeSync(output);
  const ended = new Promise<void>((resolve) => keeper.on("exit", () => resolve()));
  const pid = await new Promise<number>((resolve, reject) => {
    keeper.on("error", reject);
    keeper.stdout?.once("data", (text: Buffer) => resolve(Number(text.toString())));
  });
  const stop = async (): Promise<void> => {
    keeper.stdin?.end();
    await ended;
  };
  return {
    pid,
    isAlive: () => isAlive(pid),
    kill: async () => {
      process.kill(-pid, "SIGKILL");
      await stop();
    },
    stop,
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
