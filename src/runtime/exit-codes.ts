/**
 * The exit codes of a task process: the contract between the runtime and the DAG. Where sysexits.h has a word for it,
 * that number is used. Airflow knows only three of them apart: 0 is success, 99 is skipped, all others are failures.
 */
export const ExitCode = {
  DONE: 0,
  /** The task threw. */
  TASK_FAILED: 1,
  /** A flag or variable is missing or wrong. */
  USAGE: 64,
  /** The process ended, or would end, while the task had not: a promise that never settles, `process.exit` in a task. */
  UNFINISHED: 70,
  /** The network, the disk or another service failed: running again may help. */
  INFRASTRUCTURE: 75,
  /** This worker cannot run this bundle: another platform, a module that is not there. */
  CONFIGURATION: 78,
  /** `throw new TaskSkipped()`. */
  SKIPPED: 99,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
