import { DkistCoreError } from "../../model/diagnostics.js";
import { documentText, outcomeDocument } from "../../report/json.js";
import { runSummaryText } from "../../report/run-text.js";
import { diagnosticsText } from "../../report/text.js";
import { runWorkflow, type RunOptions, type RunResult } from "../../build.js";
import type { CommonOptions } from "../program.js";
import { openRunProgress } from "../run-progress.js";
import type { Terminal } from "../terminal.js";
import { buildOptions } from "./shared.js";

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

const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** `dkist-core run`: runs a workflow on this machine, without Airflow. */
export async function run(flags: RunFlags, terminal: Terminal): Promise<number> {
  const options = runOptions(flags, terminal);
  const isSilent = flags.quiet === true || flags.json === true;
  const progress = openRunProgress({
    write: isSilent ? () => undefined : terminal.words,
    colored: terminal.colored,
    size: process.stderr.isTTY && process.env["TERM"] !== "dumb" && !isSilent ? screenSize : undefined,
  });
  const stop = new AbortController();
  const listeners = Object.keys(SIGNAL_EXIT_CODES).map((signal) => {
    const listener = (): void => {
      if (!stop.signal.aborted) progress.stopping();
      stop.abort(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  try {
    const outcome = await runWorkflow({
      ...options,
      stop: stop.signal,
      onNodes: progress.nodes,
      onEvent: (event) => {
        progress.event(event);
        if (flags.json === true) terminal.data(`${JSON.stringify(event)}\n`);
      },
    });
    progress.close();
    terminal.words(diagnosticsText(outcome.diagnostics, terminal.colored));
    const { result } = outcome;
    if (result === null && stop.signal.aborted) terminal.words("stopped before the run began\n");
    if (flags.json !== true && result !== null) terminal.data(runSummaryText(result, resumeCommand(result, flags)));
    if (flags.json === true && result === null) terminal.data(documentText("run", outcomeDocument("run", outcome)));
    if (stop.signal.aborted) return SIGNAL_EXIT_CODES[stop.signal.reason as keyof typeof SIGNAL_EXIT_CODES];
    return outcome.ok ? 0 : 1;
  } finally {
    progress.close();
    for (const [signal, listener] of listeners) process.off(signal, listener);
  }
}

/** What its user types, in the same folder, to go on with a run. */
function resumeCommand({ workflowName, runId }: RunResult, { cwd, config }: RunFlags): string {
  const inShell = (text: string): string => (/^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const words = [
    ...["run", workflowName, "--resume", runId],
    ...(cwd === "." ? [] : ["--cwd", cwd]),
    ...(config === undefined ? [] : ["--config", config]),
  ];
  return `dkist-core ${words.map(inShell).join(" ")}`;
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

function wholeNumber(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new DkistCoreError("BAD_USAGE", `${option} cannot be ${JSON.stringify(text)}`, {
    hint: `give a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
  });
}

function secondsOf(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= 86_400) return value;
  throw new DkistCoreError("BAD_USAGE", `${option} cannot be ${JSON.stringify(text)}`, {
    hint: "give seconds, from 0 to 86400",
  });
}
