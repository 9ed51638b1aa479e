import type { TaskLog } from "../authoring/task.js";
import { describeError, isError } from "./error-facts.js";
import { ExitCode } from "./exit-codes.js";
import { Interrupter } from "./interruption.js";
import type { Output } from "./output.js";

/** Milliseconds after a signal when the process ends whatever is still going on. */
const HARD_STOP_MS = 3_600;
/** How long timers, sockets and the like may keep the process alive once the task is over, in milliseconds. */
const OPEN_HANDLES_MS = 2_000;
/** How long the last output is waited for when the process cannot go on, in milliseconds: normally, and when stopped. */
const LAST_DRAIN_MS = 2_000;
const STOPPED_DRAIN_MS = 200;

/**
 * Stands between the task and the ways a Node process can end, so that only a task that came to its end can read as
 * success. Node alone exits 0 when a promise never settles, when a task calls `process.exit(0)` or `process.exit(256)`,
 * and when a SIGTERM comes during a busy loop.
 */
export class ProcessGuard {
  readonly interrupter = new Interrupter();
  readonly #log: TaskLog;
  readonly #outputs: readonly Output[];
  readonly #onLateFailure: (error: unknown, exitCode: ExitCode) => void;
  readonly #openAtStart = process.getActiveResourcesInfo();
  #exitCode: ExitCode | undefined;

  /** @param onLateFailure - told what nobody else can tell: the process ends before the task did, or fails after it */
  constructor(log: TaskLog, outputs: readonly Output[], onLateFailure: (error: unknown, exitCode: ExitCode) => void) {
    this.#log = log;
    this.#outputs = outputs;
    this.#onLateFailure = onLateFailure;
  }

  /** From here on the process cannot end as a success but through {@link finish}. */
  install(): void {
    process.exitCode = ExitCode.UNFINISHED;
    process.on("SIGTERM", () => this.#onSignal("SIGTERM"));
    process.on("SIGINT", () => this.#onSignal("SIGINT"));
    process.on("unhandledRejection", (reason) => this.#onBackgroundError("unhandled rejection", reason));
    process.on("uncaughtException", (error) => this.#onBackgroundError("uncaught exception", error));
    process.on("beforeExit", () => this.#onNothingLeft());
    process.on("exit", () => this.#onExit());
  }

  /**
   * Lets signals be heard that came while the task kept the event loop busy: they are only delivered when the loop
   * looks for events again.
   */
  async hearSignals(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ends the process: when all output is out, and open handles have had their time. */
  async finish(exitCode: ExitCode): Promise<void> {
    this.#exitCode = exitCode;
    process.exitCode = exitCode;
    await this.#flush();
    if (this.interrupter.stop !== undefined) process.exit();
    // Unreferenced: a process with nothing open ends by itself, at once.
    setTimeout(() => void this.#leaveOpenHandles(), OPEN_HANDLES_MS).unref();
  }

  async #leaveOpenHandles(): Promise<void> {
    const open = newResources(this.#openAtStart, process.getActiveResourcesInfo());
    this.#log.warn("the task is over, but something keeps the process alive: ending it", { open });
    await this.#flush();
    process.exit();
  }

  async #flush(): Promise<void> {
    await Promise.all(this.#outputs.map((output) => output.flush()));
  }

  #onSignal(name: "SIGTERM" | "SIGINT"): void {
    const { stop } = this.interrupter;
    if (stop !== undefined) process.exit();
    this.#log.warn(`${name} received: stopping`);
    const exitCode = ExitCode[name];
    this.interrupter.interrupt({ kind: "signal", reason: `stopped by ${name}`, error: undefined, exitCode });
    // Too late to change what was done, but 0 would tell the sender that its signal was not needed.
    if (this.#exitCode !== undefined) process.exit();
    setTimeout(() => process.exit(), HARD_STOP_MS).unref();
  }

  #onBackgroundError(what: string, error: unknown): void {
    this.#log.error(`${what} in the background`, {
      error: isError(error) ? error : describeError(error).message,
    });
    if (this.#exitCode === ExitCode.DONE || this.#exitCode === ExitCode.SKIPPED) {
      this.#fail(error, ExitCode.TASK_FAILED, "it was over, but something failed in the background");
      this.#exitCode = ExitCode.TASK_FAILED;
    }
    if (this.#exitCode !== undefined) return;
    this.interrupter.interrupt({ kind: "background", reason: what, error, exitCode: ExitCode.TASK_FAILED });
  }

  #onNothingLeft(): void {
    if (this.#exitCode !== undefined || !this.interrupter.isBusy) return;
    const reason = "it waits for a promise that nothing in the process can settle any more";
    const error = unfinished(reason);
    this.interrupter.interrupt({ kind: "stalled", reason, error, exitCode: ExitCode.UNFINISHED });
  }

  #fail(error: unknown, exitCode: ExitCode, why: string): void {
    this.#log.error("task failed", { exitCode, error: why });
    this.#onLateFailure(error, exitCode);
  }

  #onExit(): void {
    const { stop } = this.interrupter;
    const exitCode = stop?.exitCode ?? this.#exitCode ?? ExitCode.UNFINISHED;
    if (stop === undefined && this.#exitCode === undefined) {
      const error = unfinished("process.exit was called while it ran");
      this.#fail(error, exitCode, error.message);
    }
    process.exitCode = exitCode;
    for (const output of this.#outputs) output.drainNow(stop === undefined ? LAST_DRAIN_MS : STOPPED_DRAIN_MS);
  }
}

function unfinished(why: string): Error {
  const error = new Error(`the task did not finish: ${why}`);
  error.name = "TaskDidNotFinish";
  return error;
}

/** What stdout and stderr are, which nobody closes. */
const OWN_RESOURCES = ["PipeWrap", "PipeWrap", "TTYWrap", "TTYWrap"];

/** What is open now and was not at the start, with counts, e.g. `Timeout x2, TCPServerWrap`. */
function newResources(before: readonly string[], now: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of now) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of [...before, ...OWN_RESOURCES]) counts.set(name, (counts.get(name) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => (count === 1 ? name : `${name} x${count}`))
    .join(", ");
}
