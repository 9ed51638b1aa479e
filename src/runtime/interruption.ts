import { ExitCode } from "./exit-codes.js";
import { monotonicMs } from "./clock.js";

/** Something from outside the task's own control flow that ends it. */
export interface Interruption {
  readonly kind: "signal" | "background" | "stalled";
  /** In words, for the log. */
  readonly reason: string;
  /** What is reported as the failure; a signal has none, as only its sender knows why. */
  readonly error: unknown;
  readonly exitCode: ExitCode;
}

/** How long work may go on after it was told to stop, in milliseconds. */
const WORK_GRACE_MS = 2_500;
/** Milliseconds after a signal when `teardown` is given up, too: the DAG's operator sends SIGKILL after 4,000. */
const STOP_LIMIT_MS = 3_300;

/**
 * Lets a task's phases be interrupted: by a signal, by an error in the background, or because nothing is left in the
 * process that could ever settle them. The AbortSignal tells the task first; what does not settle in time is given up.
 */
export class Interrupter {
  readonly #abort = new AbortController();
  readonly #workGraceMs: number;
  readonly #stopLimitMs: number;
  #first: Interruption | undefined;
  #stop: Interruption | undefined;
  #stoppedAt = 0;
  #giveUp: (() => void) | undefined;
  #isCleanup = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(workGraceMs = WORK_GRACE_MS, stopLimitMs = STOP_LIMIT_MS) {
    this.#workGraceMs = workGraceMs;
    this.#stopLimitMs = stopLimitMs;
  }

  /** Aborted by a signal or an error in the background. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What came first. */
  get first(): Interruption | undefined {
    return this.#first;
  }

  /** The first signal, which decides the exit code whatever else has happened. */
  get stop(): Interruption | undefined {
    return this.#stop;
  }

  /** Whether a phase is under way. */
  get isBusy(): boolean {
    return this.#giveUp !== undefined;
  }

  interrupt(interruption: Interruption): void {
    const isNews = this.#first === undefined || (interruption.kind === "signal" && this.#stop === undefined);
    this.#first ??= interruption;
    if (interruption.kind === "signal" && this.#stop === undefined) {
      this.#stop = interruption;
      this.#stoppedAt = monotonicMs();
    }
    if (interruption.kind === "stalled") {
      this.#giveUp?.();
    } else if (isNews) {
      this.#abort.abort(interruption.error ?? new Error(interruption.reason));
      this.#startTimer();
    }
  }

  /**
   * Runs one phase to its end, or until it is given up.
   *
   * @param kind - `work` does not start once there was an interruption; `cleanup` always does
   * @throws what the phase threw, or the first {@link Interruption} where there was one while it ran
   */
  async during(kind: "work" | "cleanup", phase: () => Promise<void> | void): Promise<void> {
    this.#isCleanup = kind === "cleanup";
    if (!this.#isCleanup) this.#throwIfInterrupted();
    const givenUp = new Promise<void>((resolve) => (this.#giveUp = resolve));
    const settled = new Promise<void>((resolve) => {
      resolve(phase());
    });
    // Once it was given up, a late rejection of it has nobody to go to.
    settled.catch(() => undefined);
    if (this.#stop !== undefined) this.#startTimer();
    try {
      await Promise.race([settled, givenUp]);
    } finally {
      this.#giveUp = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (!this.#isCleanup || this.#first?.kind === "stalled") this.#throwIfInterrupted();
  }

  #throwIfInterrupted(): void {
    // Not an Error: it is told apart from whatever a task may throw by identity.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (this.#first !== undefined) throw this.#first;
  }

  #startTimer(): void {
    if (this.#giveUp === undefined) return;
    // An error in the background leaves teardown all the time it needs; only a signal has a limit for the whole.
    if (this.#isCleanup && this.#stop === undefined) return;
    const limit = this.#isCleanup ? this.#stoppedAt + this.#stopLimitMs - monotonicMs() : this.#workGraceMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp?.(), Math.max(0, limit));
  }
}
