import { DkistCoreError } from "../../model/diagnostics.js";
import { documentText, errorDocument, outcomeDocument, printableJson } from "../../report/json.js";
import { runSummaryText } from "../../report/run-text.js";
import { runWorkflow, type RunOptions, type RunResult } from "../../build.js";
import { stoppedBy } from "../early-end.js";
import { errorText, findingsText } from "../finding-words.js";
import type { CommonOptions } from "../program.js";
import { wholeNumber } from "../option-values.js";
import { openRunProgress } from "../run-progress.js";
import { onStopSignal, SIGNAL_EXIT_CODES, type StopSignal } from "../signals.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, commandText, sameClientRepo } from "./shared.js";

/** The options of `run`, as the command line gives them. */
interface RunFlags extends CommonOptions {
  readonly workflow?: string;
  readonly recipeRunId?: string;
  readonly conf?: string;
  readonly maxParallel?: string;
  readonly only?: string;
  readonly resume?: string | true;
  readonly artifact?: string;
  readonly retryDelay?: string;
}

/** How long a run that has not started yet may take to stop by itself, in milliseconds. */
const PREPARING_MS = 2_000;

/** `dkist-core run`: runs a workflow on this machine, without Airflow. */
export async function run(flags: RunFlags, terminal: Terminal): Promise<number> {
  const options = runOptions(flags, terminal);
  const isSilent = flags.quiet === true || flags.json === true;
  const progress = openRunProgress({
    write: isSilent ? () => undefined : terminal.words,
    colored: terminal.colored,
    size: terminal.isLive && !isSilent ? screenSize : undefined,
  });
  const stop = new AbortController();
  let hasStarted = false;
  const stopListening = onStopSignal((signal, endNow) => {
    if (!stop.signal.aborted) progress.stopping();
    stop.abort(signal);
    // No task runs that would have to be waited for; client modules may take as long as they like to load.
    setTimeout(() => hasStarted || endNow(), PREPARING_MS).unref();
  });
  try {
    const outcome = await runWorkflow({
      ...options,
      stop: stop.signal,
      onNodes: (nodes) => {
        hasStarted = true;
        progress.nodes(nodes);
      },
      onEvent: (event) => {
        progress.event(event);
        if (flags.json === true) terminal.data(printableJson(event));
      },
    });
    progress.close();
    terminal.words(findingsText(outcome.diagnostics, flags, terminal));
    const { result } = outcome;
    if (result === null && stop.signal.aborted) return stoppedEarly(stop.signal.reason as StopSignal, flags, terminal);
    // A task that failed is no news to keep quiet about.
    const isShown = flags.json !== true && (flags.quiet !== true || !outcome.ok);
    if (isShown && result !== null) terminal.data(runSummaryText(result, resumeCommand(result, flags)));
    if (flags.json === true && result === null) terminal.data(documentText("run", outcomeDocument("run", outcome)));
    if (stop.signal.aborted) return SIGNAL_EXIT_CODES[stop.signal.reason as StopSignal];
    return outcome.ok ? 0 : 1;
  } finally {
    progress.close();
    stopListening();
  }
}

/** Stopped before the run began. */
function stoppedEarly(signal: StopSignal, flags: RunFlags, terminal: Terminal): number {
  const error = stoppedBy("run", signal);
  if (flags.json === true) terminal.data(documentText("run", errorDocument("run", error)));
  terminal.words(errorText(error, flags, terminal));
  return SIGNAL_EXIT_CODES[signal];
}

/** What its user types, in the same folder, to go on with a run. */
function resumeCommand({ workflowName, runId }: RunResult, flags: RunFlags): string {
  return commandText("run", workflowName, "--resume", runId, ...sameClientRepo(flags));
}

function screenSize(): { columns: number; rows: number } {
  return { columns: process.stderr.columns, rows: process.stderr.rows };
}

function runOptions(flags: RunFlags, terminal: Terminal): RunOptions {
  const { workflow = "", recipeRunId, conf, maxParallel, only, resume, artifact, retryDelay } = flags;
  return {
    ...buildOptions(flags, terminal),
    workflow,
    // Airflow takes 7.0 for 7, too.
    ...(recipeRunId === undefined
      ? {}
      : { recipeRunId: wholeNumber("--recipe-run-id", recipeRunId.replace(/^(\d+)\.0*$/, "$1")) }),
    ...(maxParallel === undefined ? {} : { maxParallel: wholeNumber("--max-parallel", maxParallel) }),
    ...(retryDelay === undefined ? {} : { retryDelaySeconds: secondsOf("--retry-delay", retryDelay) }),
    ...(conf === undefined ? {} : { conf }),
    ...(only === undefined ? {} : { only }),
    ...(resume === undefined ? {} : { resume }),
    ...(artifact === undefined ? {} : { artifact }),
  };
}

function secondsOf(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= 86_400) return value;
  throw new DkistCoreError("BAD_USAGE", `${option} cannot be ${JSON.stringify(text)}`, {
    hint: "give seconds, from 0 to 86400",
  });
}
