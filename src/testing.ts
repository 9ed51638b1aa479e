/**
 * For unit tests of Tasks: runs one in the test's own process, through its whole life, as a worker does.
 * An ES module, and CommonJS.
 *
 * @module dkist-processing-core/testing
 * @packageDocumentation
 */
import { isTaskClass } from "./authoring/brand.js";
import type { LogFields, TaskBase, TaskContext, TaskLog } from "./authoring/task.js";
import type { TaskClass } from "./authoring/workflow.js";
import { ExitCode } from "./runtime/exit-codes.js";
import { Interrupter, type Interruption } from "./runtime/interruption.js";
import { decisiveFailure, exitCodeOf, runLifecycle, thrownBy, type Failure } from "./runtime/lifecycle.js";

/** One call of the task's `log`. */
export interface LogLine {
  /** Which method was called. */
  readonly level: keyof TaskLog;
  /** As the task gave it. */
  readonly message: string;
  /** `{}` where the task gave none. */
  readonly fields: LogFields;
}

/** How a task ended. */
export interface TaskResult<T extends TaskBase = TaskBase> {
  /** How it ended; `skipped` by a TaskSkipped. */
  readonly outcome: "success" | "skipped" | "failed";
  /** What was thrown, and decided the outcome; of a task that was stopped the reason. Undefined after success. */
  readonly error: unknown;
  /** Where it was thrown, e.g. `run`; undefined after success. */
  readonly phase: Exclude<Failure["phase"], "load"> | undefined;
  /** What the process on a worker would exit with, e.g. 75 where the network failed. */
  readonly exitCode: number;
  /** All that the task logged, secrets too. */
  readonly log: readonly LogLine[];
  /** The instance, to look at; undefined where its constructor threw. */
  readonly task: T | undefined;
}

/**
 * Runs a Task: `setup`, `preRun`, `run`, `postRun`, `recordProvenance`, and `teardown` whatever happened. Nothing outside the
 * task is touched: no exit, no handlers of signals or of errors in the background, no redirected output.
 *
 * @param context - where the task is to believe it runs. Default: recipe run 1 of workflow `test`, version `dev`, assets in
 *   the working folder. A `signal` is what a signal is on a worker: the task has 2.5 seconds, and has failed in any case. A
 *   `log` gets the lines as well.
 * @returns how it ended; what the task throws is in there, too
 * @throws TypeError when this is no Task class
 * @example
 * const { outcome, log } = await runTask(DarkCalibration, { recipeRunId: 7, conf: { frames: 3 } });
 * assert.equal(outcome, "success");
 * assert.deepEqual(log.map(({ message }) => message), ["averaged 3 frames"]);
 * @example
 * const { outcome, error } = await runTask(FailTask);
 * assert.equal(outcome, "failed");
 * assert.match(String(error), /on purpose/);
 */
export function runTask<C extends TaskClass>(
  Task: C,
  context: Partial<TaskContext> = {},
): Promise<TaskResult<InstanceType<C>>> {
  return live(Task, context, "run");
}

/**
 * Lets a Task undo what it did, as `run.js --rollback` does: `setup`, `rollback` and `teardown`.
 *
 * @param context - as for {@link runTask}
 * @returns how it ended
 * @throws TypeError when this is no Task class
 * @example
 * await runTask(TransferL1Data, { recipeRunId: 7 });
 * await rollbackTask(TransferL1Data, { recipeRunId: 7 });
 * assert.ok(!existsSync(datasetFolder(7)));
 */
export function rollbackTask<C extends TaskClass>(
  Task: C,
  context: Partial<TaskContext> = {},
): Promise<TaskResult<InstanceType<C>>> {
  return live(Task, context, "rollback");
}

async function live<C extends TaskClass>(
  Task: C,
  { signal, log, ...context }: Partial<TaskContext>,
  mode: "run" | "rollback",
): Promise<TaskResult<InstanceType<C>>> {
  if (!isTaskClass(Task)) throw new TypeError("this is no Task class: one extends TaskBase");
  const interrupter = new Interrupter();
  const stop = (): void => interrupter.interrupt(stopped(signal));
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const lines: LogLine[] = [];
  let task: InstanceType<C> | undefined;
  const make = (): TaskBase => {
    const own = { signal: interrupter.signal, log: recorder(lines, log) };
    task = new Task({ ...DEFAULTS, ...context, ...own }) as InstanceType<C>;
    return task;
  };
  const failures = await runLifecycle(make, mode, interrupter);
  signal?.removeEventListener("abort", stop);

  const exitCode = exitCodeOf(failures, interrupter.stop);
  const decisive = decisiveFailure(failures);
  const outcome = exitCode === ExitCode.DONE ? "success" : exitCode === ExitCode.SKIPPED ? "skipped" : "failed";
  const error = decisive === undefined ? interrupter.stop?.error : thrownBy(decisive);
  const phase = decisive?.phase as TaskResult["phase"];
  return { outcome, error, phase, exitCode, log: lines, task };
}

const DEFAULTS = { recipeRunId: 1, workflowName: "test", workflowVersion: "dev", assetsFolder: "." };

function stopped(signal: AbortSignal | undefined): Interruption {
  return { kind: "signal", reason: "SIGTERM", error: signal?.reason, exitCode: ExitCode.SIGTERM };
}

function recorder(lines: LogLine[], log: TaskLog | undefined): TaskLog {
  const level =
    (name: keyof TaskLog) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level: name, message, fields });
      log?.[name](message, fields);
    };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
}
