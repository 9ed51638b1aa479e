import type { TaskBase } from "../authoring/task.js";
import { exitCodeOfError, exitCodeOfLoadError } from "./error-facts.js";
import { ExitCode } from "./exit-codes.js";
import type { Interrupter, Interruption } from "./interruption.js";

/** The parts of a Task that the runtime calls. */
export type LifecycleTask = Pick<
  TaskBase,
  "setup" | "preRun" | "run" | "postRun" | "recordProvenance" | "rollback" | "teardown"
>;

type Phase = keyof LifecycleTask;

/** What ended a task early, and where. */
export interface Failure {
  readonly phase: Phase | "load" | "constructor";
  /** Whatever was thrown; the {@link Interruption} itself where one ended the phase. */
  readonly thrown: unknown;
}

const PHASES: Readonly<Record<"run" | "rollback", readonly Phase[]>> = {
  run: ["setup", "preRun", "run", "postRun", "recordProvenance"],
  rollback: ["setup", "rollback"],
};

/**
 * Makes a task and runs its phases, as {@link runPhases} does.
 *
 * @returns the failures in the order they occurred, none for a task that is done
 */
export async function runLifecycle(
  make: () => LifecycleTask,
  mode: "run" | "rollback",
  interrupter: Interrupter,
): Promise<readonly Failure[]> {
  let task: LifecycleTask;
  try {
    task = make();
  } catch (thrown) {
    return [{ phase: "constructor", thrown }];
  }
  return runPhases(task, mode, interrupter);
}

/**
 * Runs a task's phases in their order, and `teardown` whatever happened.
 *
 * @returns the failures in the order they occurred, none for a task that is done: the first one decides
 */
async function runPhases(
  task: LifecycleTask,
  mode: "run" | "rollback",
  interrupter: Interrupter,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const phase of PHASES[mode]) {
    const failure = await attempt(phase, "work", () => task[phase](), interrupter);
    if (failure === undefined) continue;
    failures.push(failure);
    break;
  }
  const failure = await attempt("teardown", "cleanup", () => task.teardown(), interrupter);
  if (failure !== undefined && !failures.some(({ thrown }) => thrown === failure.thrown)) failures.push(failure);
  return failures;
}

/** What was thrown; for an interruption its error, if it has one. */
export function thrownBy({ thrown }: Failure): unknown {
  return isInterruption(thrown) ? thrown.error : thrown;
}

/** Runs one phase. What it throws because it was interrupted is only an echo of the interruption. */
export async function attempt(
  phase: Failure["phase"],
  kind: "work" | "cleanup",
  work: () => Promise<void> | void,
  interrupter: Interrupter,
): Promise<Failure | undefined> {
  try {
    await interrupter.during(kind, work);
    return undefined;
  } catch (thrown) {
    return { phase, thrown: kind === "work" ? (interrupter.first ?? thrown) : thrown };
  }
}

/** The failure that counts. A task that skipped itself and then failed to tear down has failed. */
export function decisiveFailure(failures: readonly Failure[]): Failure | undefined {
  return failures.find((failure) => exitCodeOfFailure(failure) !== ExitCode.SKIPPED) ?? failures[0];
}

/**
 * @param stop - the signal that asked the process to end: it decides, even where the task came to its end in time, as
 *   Airflow would take 0 after a SIGTERM for success
 */
export function exitCodeOf(failures: readonly Failure[], stop: Interruption | undefined): ExitCode {
  if (stop !== undefined) return stop.exitCode;
  const failure = decisiveFailure(failures);
  return failure === undefined ? ExitCode.DONE : exitCodeOfFailure(failure);
}

/** Whether this is what {@link Interrupter} throws. */
export function isInterruption(thrown: unknown): thrown is Interruption {
  return (
    typeof thrown === "object" && thrown !== null && "kind" in thrown && "exitCode" in thrown && "reason" in thrown
  );
}

function exitCodeOfFailure({ phase, thrown }: Failure): ExitCode {
  if (isInterruption(thrown)) return thrown.exitCode;
  if (phase === "load") return exitCodeOfLoadError(thrown);
  const code = exitCodeOfError(thrown);
  // What is being torn down, or rolled back, was not skipped.
  const canSkip = phase !== "teardown" && phase !== "rollback" && phase !== "constructor";
  return code === ExitCode.SKIPPED && !canSkip ? ExitCode.TASK_FAILED : code;
}
