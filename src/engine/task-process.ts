import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { commandLineOf } from "./command-line.js";

/** One try of a node, as a process. All paths are absolute. */
export interface TaskProcessSpec {
  /** Node's own options, and the task's `run.js`. */
  readonly nodeArguments: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly cwd: string;
  /** Takes stdout and stderr. */
  readonly log: string;
  /** What the process leaves about itself: see {@link WRAPPER}. */
  readonly marks: TryMarks;
}

/** Files that outlive this process, so that a run that was killed can be gone on with. Absolute paths. */
export interface TryMarks {
  /** Holds the id of the process group, from before the task starts. */
  readonly pid: string;
  /** Holds the exit code as a whole line, once the task has ended. */
  readonly exit: string;
}

/** A task's process, and whatever it has started itself. */
export interface TaskProcess {
  /** The exit code; 128 + the signal's number where one ended it. Never rejects. */
  readonly ended: Promise<number>;
  /** SIGTERM to the whole group, 4 s later SIGKILL: what the DAG's operator does. */
  stop(): void;
}

/** Milliseconds between SIGTERM and SIGKILL: as in the DAG. */
export const GRACE_MS = 4_000;
/** How often a process that is not our child is looked at. */
const LOOK_MS = 100;

/**
 * Stands around the task's process, which so survives us with its outcome: `$1` gets the process id before the task
 * starts, and never if it is there already (then somebody else has taken this try); `$2` gets the exit code after it. A
 * shell with a trap waits for its child before it follows a signal.
 */
const WRAPPER = `set -C
stopped=
trap stopped=1 TERM INT HUP
echo "$$" >"$1" || exit 75
mark=$2
shift 2
[ -z "$stopped" ] || exit 143
"$@"
code=$?
echo "$code" >"$mark"
exit "$code"`;

/** Starts a task in a process group of its own. */
export function startTaskProcess({ nodeArguments, env, cwd, log, marks }: TaskProcessSpec): TaskProcess {
  // The file itself, not a pipe: what the task writes is there even when we are not.
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn(
      "/bin/sh",
      ["-c", WRAPPER, "dkist-core-task", marks.pid, marks.exit, process.execPath, ...nodeArguments],
      { cwd, env, stdio: ["ignore", output, output], detached: true },
    );
    const ended = new Promise<number>((resolve) => {
      child.on("error", (error) => {
        writeFileSync(output, `dkist-core: the task could not be started: ${error.message}\n`);
        resolve(71);
      });
      child.on("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
    const over = ended.finally(() => closeSync(output));
    return { ended: over, stop: groupStopper(child.pid, over) };
  } catch (error) {
    closeSync(output);
    throw error;
  }
}

/** What became of a try that an earlier, killed process started. */
export type FoundTry =
  | { readonly kind: "ended"; readonly exitCode: number }
  | { readonly kind: "running"; readonly process: TaskProcess }
  /** It was killed too, or never started, and now never will. */
  | { readonly kind: "gone" };

/** Finds out what became of a try. */
export function findTaskProcess(marks: TryMarks): FoundTry {
  const pid = groupOf(marks);
  const exitCode = exitCodeOf(marks);
  if (exitCode !== undefined) return { kind: "ended", exitCode };
  if (pid === undefined) return { kind: "gone" };
  const isAlive = (): boolean => commandLineOf(pid)?.includes(marks.pid) === true;
  if (!isAlive()) {
    // It may have ended between the two looks.
    const late = exitCodeOf(marks);
    return late === undefined ? { kind: "gone" } : { kind: "ended", exitCode: late };
  }
  const ended = new Promise<number>((resolve) => {
    const look = setInterval(() => {
      const found = exitCodeOf(marks);
      if (found === undefined && isAlive()) return;
      clearInterval(look);
      resolve(found ?? exitCodeOf(marks) ?? 128 + constants.signals.SIGKILL);
    }, LOOK_MS);
  });
  return { kind: "running", process: { ended, stop: groupStopper(pid, ended) } };
}

/** The process group of a try; where there is none yet, none can come any more: the mark is taken. */
function groupOf({ pid }: TryMarks): number | undefined {
  try {
    writeFileSync(pid, "", { flag: "wx" });
    return undefined;
  } catch {
    const found = existsSync(pid) ? Number(readFileSync(pid, "utf8")) : 0;
    return Number.isSafeInteger(found) && found > 1 ? found : undefined;
  }
}

function exitCodeOf({ exit }: TryMarks): number | undefined {
  try {
    // Without its end of line it is not written yet.
    const code = /^(\d+)\n$/.exec(readFileSync(exit, "utf8"))?.[1];
    return code === undefined ? undefined : Number(code);
  } catch {
    return undefined;
  }
}

function groupStopper(pid: number | undefined, ended: Promise<number>): () => void {
  let isStopping = false;
  return () => {
    if (pid === undefined || isStopping) return;
    isStopping = true;
    signalGroup(pid, "SIGTERM");
    const hard = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS);
    void ended.then(() => {
      clearTimeout(hard);
      // What the task has started itself may still be there.
      signalGroup(pid, "SIGKILL");
    });
  };
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
