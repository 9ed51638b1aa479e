import { join } from "node:path";
import { isTaskClass, type TaskClassLike } from "../authoring/brand.js";
import type { TaskContext, TaskLog } from "../authoring/task.js";
import { nativePlatformOf } from "../model/native-platform.js";
import { type BundleFacts, libraryVersionsOf, nativeMismatch, readBundleFacts } from "./bundle-facts.js";
import { describeError, isError } from "./error-facts.js";
import { ExitCode } from "./exit-codes.js";
import { failureReportOf, removeFailureReport, writeFailureReport } from "./failure-report.js";
import { attempt, decisiveFailure, exitCodeOf, isInterruption, runLifecycle, thrownBy } from "./lifecycle.js";
import type { Failure, LifecycleTask } from "./lifecycle.js";
import { createLog } from "./logging.js";
import { Output } from "./output.js";
import { ProcessGuard } from "./process-guard.js";
import { createRedactor } from "./redaction.js";
import { mapStacksLazily } from "./source-maps.js";
import { parseTaskInput, type TaskInput } from "./task-input.js";

/** What the generated shim knows about its task. */
export interface RunTaskOptions {
  /** As in the workflow: bundlers rename classes. */
  readonly taskName: string;
  /** Absolute path of the folder of `run.js`; `task.json` lies in it, and the release's assets in `../../assets`. */
  readonly taskFolder: string;
}

type TaskConstructor = new (context: TaskContext) => LifecycleTask;

/**
 * Runs one Task in this process, and ends the process: the entry of a task bundle.
 *
 *     argv + environment -> parseTaskInput -> load -> new Task -> setup ... teardown -> exit code, failure report
 *
 * @param source - the Task class; better a function that loads it, as what its module does while it is loaded
 *   (`process.exit`, an error, a signal that comes) is then judged like the task itself
 * @returns when the exit code is decided and all output has left; never rejects
 * @example
 * void runTask(() => import("./dark-calibration.js").then((module) => module.DarkCalibration), {
 *   taskName: "DarkCalibration",
 *   taskFolder: __dirname,
 * });
 */
export async function runTask(source: TaskClassLike | (() => unknown), options: RunTaskOptions): Promise<void> {
  mapStacksLazily();
  const { env } = process;
  const redact = createRedactor(env);
  const stdout = new Output("stdout", redact);
  const stderr = new Output("stderr", redact);
  const log = createLog(env["DKIST_LOG_FORMAT"] === "json" ? "json" : "text", redact, (lines) =>
    stdout.writeClean(lines),
  );
  const reportPath = env["DKIST_FAILURE_REPORT"] ?? "";
  const report = (thrown: unknown, exitCode: ExitCode): void => {
    withReport(reportPath, log, () => writeFailureReport(reportPath, failureReportOf(thrown, exitCode, redact)));
  };
  const guard = new ProcessGuard(log, [stdout, stderr], report);
  guard.install();
  withReport(reportPath, log, () => removeFailureReport(reportPath));

  const refuse = async (sentence: string, exitCode: ExitCode): Promise<void> => {
    log.error(`cannot run ${options.taskName}: ${sentence}`, { exitCode });
    report(new Error(sentence), exitCode);
    await guard.finish(exitCode);
  };

  const parsed = parseTaskInput(process.argv.slice(2), env);
  if (parsed.kind === "usage") return refuse(parsed.problems.join("; "), ExitCode.USAGE);
  if (!["", "text", "json"].includes(env["DKIST_LOG_FORMAT"] ?? "")) {
    return refuse("DKIST_LOG_FORMAT must be text or json", ExitCode.USAGE);
  }
  let facts: BundleFacts;
  try {
    facts = readBundleFacts(options.taskFolder);
  } catch (error) {
    return refuse(`its task.json cannot be read: ${describeError(error).message}`, ExitCode.CONFIGURATION);
  }
  const mismatch = facts.native === undefined ? undefined : nativeMismatch(facts.native, nativePlatformOf(process));
  if (mismatch !== undefined) return refuse(mismatch, ExitCode.CONFIGURATION);

  const failures: Failure[] = [];
  let loaded: unknown;
  const load = async (): Promise<void> => {
    loaded = isTaskClass(source) ? source : await source();
  };
  const loadFailure = await attempt("load", "work", load, guard.interrupter);
  if (loadFailure !== undefined) failures.push(loadFailure);
  else if (!isRunnable(loaded)) {
    return refuse("the bundle holds no class of that name with a run() method", ExitCode.CONFIGURATION);
  } else if (parsed.kind === "check") {
    await guard.hearSignals();
    return guard.finish(exitCodeOf([], guard.interrupter.stop));
  } else {
    logStart(log, options, parsed.input);
    const context = contextOf(parsed.input, options, facts, guard.interrupter.signal, log);
    const Task = loaded;
    failures.push(...(await runLifecycle(() => new Task(context), parsed.input.mode, guard.interrupter)));
  }

  await guard.hearSignals();
  const exitCode = exitCodeOf(failures, guard.interrupter.stop);
  const decisive = decisiveFailure(failures);
  if (decisive !== undefined && exitCode !== ExitCode.SKIPPED && !isStop(decisive.thrown)) {
    report(thrownBy(decisive), exitCode);
  }
  logEnd(log, failures, exitCode);
  await guard.finish(exitCode);
}

function contextOf(
  input: TaskInput,
  { taskName, taskFolder }: RunTaskOptions,
  { packages }: BundleFacts,
  signal: AbortSignal,
  log: TaskLog,
): TaskContext {
  let versions: Readonly<Record<string, string>> | undefined;
  return {
    recipeRunId: input.recipeRunId,
    workflowName: input.workflowName,
    workflowVersion: input.workflowVersion,
    taskName,
    tryNumber: input.tryNumber,
    conf: input.conf,
    signal,
    log,
    get libraryVersions() {
      return (versions ??= libraryVersionsOf(packages));
    },
    assetsFolder: join(taskFolder, "..", "..", "assets"),
  };
}

function isRunnable(value: unknown): value is TaskConstructor {
  if (!isTaskClass(value)) return false;
  const prototype = value.prototype as Partial<LifecycleTask> | undefined;
  return typeof prototype?.run === "function";
}

function isStop(thrown: unknown): boolean {
  return isInterruption(thrown) && thrown.kind === "signal";
}

function logStart(log: TaskLog, { taskName }: RunTaskOptions, input: TaskInput): void {
  log.info(input.mode === "rollback" ? "rollback starts" : "task starts", {
    task: taskName,
    workflow: input.workflowName,
    version: input.workflowVersion,
    recipeRunId: input.recipeRunId,
    try: input.tryNumber,
    dagRunId: input.dagRunId,
  });
}

function logEnd(log: TaskLog, failures: readonly Failure[], exitCode: ExitCode): void {
  for (const { phase, thrown } of failures) {
    // What came from outside was logged when it came.
    if (isInterruption(thrown)) log.error(`${phase} did not finish: ${thrown.reason}`);
    else if (exitCode === ExitCode.SKIPPED) log.info(`skipped: ${describeError(thrown).message}`);
    else log.error(`${phase} failed`, { error: isError(thrown) ? thrown : describeError(thrown).message });
  }
  const seconds = Number(process.uptime().toFixed(3));
  if (exitCode === ExitCode.DONE) log.info("task done", { seconds });
  else if (exitCode === ExitCode.SKIPPED) log.info("task skipped", { seconds });
  else log.error("task failed", { exitCode, seconds });
}

/** The report is a help, not a duty: a folder that cannot be written never changes how the task ends. */
function withReport(path: string, log: TaskLog, act: () => void): void {
  if (path === "") return;
  try {
    act();
  } catch (error) {
    log.warn("the failure report cannot be kept", { reason: describeError(error).message });
  }
}
