/**
 * A workflow run on this machine, without Airflow:
 *
 *     options
 *       -> findRun -> lockRun                 (with resume)
 *       -> prepareFresh | prepareReleased     nodes, and their code on disk: the client repo's, or a code zip's
 *       -> createRun -> lockRun               (without)
 *       -> readEvents -> runNodes -> summary
 */
import { realpath } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { BuildOptions, Outcome } from "./build.js";
import { dagRunConf } from "./engine/dag-run-conf.js";
import { findRun } from "./engine/find-run.js";
import { appendEvent, readEvents } from "./engine/journal.js";
import { createRun, lockRun, RUNS_FOLDER, type RunRecord } from "./engine/run-folder.js";
import { runGraph } from "./engine/run-graph.js";
import { runNodes } from "./engine/run-nodes.js";
import { countStates, nodesAtStart, readBack, runState, type NodeAtStart } from "./engine/run-state.js";
import { processTries } from "./engine/run-tries.js";
import { lastEvents, type TaskSummary } from "./engine/task-summaries.js";
import { DkistCoreError } from "./model/diagnostics.js";
import { dagId, releaseName } from "./model/naming.js";
import type { RunEvent, RunFinished } from "./model/run-events.js";
import { requireWholeNumber } from "./model/whole-number.js";
import { takeFailureReport } from "./notify/read-failure-report.js";
import {
  prepareFresh,
  prepareReleased,
  type Prepared,
  type PrepareOptions,
  type RunnableRelease,
} from "./runnable-release.js";

/** After so long, what is being prepared is not waited for when the run is to stop. */
const WIND_UP_MS = 1_000;

/** A run of one workflow. */
export interface RunOptions extends BuildOptions {
  /** Its name, or its DAG id at the version. */
  readonly workflow: string;
  /** Required for a new run: a positive safe integer. */
  readonly recipeRunId?: number;
  /** The DAG run's conf: the JSON text of an object. */
  readonly conf?: string;
  /** How many tasks at once; default: as many as the machine has processors. */
  readonly maxParallel?: number;
  /** The one node to run, as if it had no upstreams. */
  readonly only?: string;
  /** Goes on with a run: with the one of this id, or (`true`) with the workflow's last one. */
  readonly resume?: string | true;
  /** A code zip to run, instead of the client repo as it is; its release manifest lies beside it. */
  readonly artifact?: string;
  /** Seconds between the tries of a node, instead of each node's own. */
  readonly retryDelaySeconds?: number;
  /** Told what happens, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Told where the run's nodes stand, before the first event. */
  readonly onNodes?: (nodes: readonly NodeAtStart[]) => void;
  /** Aborted: every task is stopped within 4.5 s, and the run can be resumed; nothing more is bundled. */
  readonly stop?: AbortSignal;
}

/** How a run ended. */
export interface RunResult {
  /** For `resume`. */
  readonly runId: string;
  /** The workflow that ran. */
  readonly workflowName: string;
  /** Its name with the version. */
  readonly dagId: string;
  /** The recipe run that it worked on. */
  readonly recipeRunId: number;
  /** The run's folder, relative to the client repo. */
  readonly folder: string;
  /** As Airflow decides it, by the nodes that have no downstream; `stopped`: before all was done. */
  readonly state: RunFinished["state"];
  /** Since it started, or was resumed. */
  readonly seconds: number;
  /** What became of each node. */
  readonly tasks: readonly TaskSummary[];
}

/**
 * Runs a workflow on this machine: each node a process of the very bundle that a worker gets, told the same by its
 * variables as in the DAG, with Airflow's trigger rules, retries and timeouts. No failure message is sent.
 *
 * @returns `ok` when no task failed and the run came to its end; no result when it was stopped before it began
 * @throws DkistCoreError when it cannot be run: BAD_USAGE for an unknown workflow or task, a missing recipe run id or a
 *   wrong conf; BAD_ARTIFACT
 * @example
 * await runWorkflow({ cwd: "/repos/vbi", workflow: "l0_to_l1_vbi", recipeRunId: 7 });
 */
export async function runWorkflow(options: RunOptions): Promise<Outcome<RunResult>> {
  if (options.maxParallel !== undefined) requireWholeNumber("maxParallel", options.maxParallel, 1);
  const root = await realpath(path.resolve(options.cwd ?? ".")).catch((cause: unknown) => {
    throw new DkistCoreError("BAD_USAGE", `there is no folder ${options.cwd ?? "."}`, { hint: "check --cwd", cause });
  });
  const earlier = options.resume === undefined ? undefined : findRun(root, options, options.resume);
  if (earlier === undefined) return runSession(root, options, newRunFacts(options), undefined);
  // Before anything is bundled: another process may have it.
  return whileLocked(root, earlier, () => runSession(root, options, earlier, earlier));
}

/** One session of a run: from its start, or from where it was left, to its end. */
async function runSession(
  root: string,
  options: RunOptions,
  facts: Pick<RunRecord, "recipeRunId" | "conf">,
  earlier: RunRecord | undefined,
): Promise<Outcome<RunResult>> {
  const version = options.version ?? earlier?.version;
  const only = options.only ?? earlier?.only ?? undefined;
  const stop = options.stop ?? new AbortController().signal;
  const request = { ...options, ...(version === undefined ? {} : { version }), cwd: root, only, stop };
  const zip = options.artifact === undefined ? (earlier?.artifact ?? null) : path.resolve(options.artifact);
  const prepared = await unlessStopped(zip === null ? prepareFresh(request) : prepareReleased(request, zip), stop);
  const { release, diagnostics } = prepared;
  if (release === null) return { ok: false, diagnostics, result: null };
  try {
    const { workflowName, version } = release;
    const about = { workflowName, version, ...facts, artifact: zip, only: only ?? null };
    const record = earlier ?? createRun(root, about, new Date());
    const run = (): Promise<RunResult> => runRecord(root, record, release, request);
    const result = await (earlier === undefined ? whileLocked(root, record, run) : run());
    return { ok: result.state !== "stopped" && !hasFailed(result), diagnostics, result };
  } finally {
    await release.code.remove();
  }
}

/**
 * What is prepared; nothing, when it was told to stop. It then gets a second to wind up by itself: a client module that is
 * being loaded may take for ever.
 */
function unlessStopped(prepared: Promise<Prepared>, stop: AbortSignal): Promise<Prepared> {
  const nothing: Prepared = { diagnostics: [], release: null };
  return new Promise((resolve, reject) => {
    stop.addEventListener("abort", () => setTimeout(resolve, WIND_UP_MS, nothing), { once: true });
    // Whatever breaks then, breaks by it: a terminal sends its signal to every process that we have started, too.
    prepared.then(resolve, (error: unknown) => (stop.aborted ? resolve(nothing) : reject(error as Error)));
  });
}

/** What a new run must be told. */
function newRunFacts({ recipeRunId, conf }: RunOptions): Pick<RunRecord, "recipeRunId" | "conf"> {
  if (recipeRunId === undefined) {
    throw new DkistCoreError("BAD_USAGE", "a run needs a recipe run id", { hint: "add --recipe-run-id NUMBER" });
  }
  requireWholeNumber("recipeRunId", recipeRunId, 1);
  return { recipeRunId, conf: dagRunConf(recipeRunId, conf) };
}

async function whileLocked<T>(root: string, { runId }: RunRecord, work: () => Promise<T>): Promise<T> {
  const unlock = lockRun(path.join(root, RUNS_FOLDER, runId));
  try {
    return await work();
  } finally {
    unlock();
  }
}

/** Runs what is prepared, and writes it down. */
async function runRecord(
  root: string,
  record: RunRecord,
  release: RunnableRelease,
  options: Omit<RunOptions, "only" | "stop"> & Pick<PrepareOptions, "only" | "stop">,
): Promise<RunResult> {
  const folder = path.join(RUNS_FOLDER, record.runId);
  const runFolder = path.join(root, folder);
  const journal = path.join(runFolder, "events.jsonl");
  const began = performance.now();
  const seconds = (): number => Number(((performance.now() - began) / 1000).toFixed(3));
  const past = readEvents(journal);
  const events = [...past];
  const tell = (event: RunEvent): void => {
    appendEvent(journal, event);
    events.push(event);
    options.onEvent?.(event);
  };
  const graph = runGraph(release.nodes, options.only);
  const facts = {
    runId: record.runId,
    workflowName: record.workflowName,
    version: record.version,
    dagId: dagId(record.workflowName, record.version),
    recipeRunId: record.recipeRunId,
    conf: record.conf,
    codeMount: release.code.codeMount,
  };
  const { runId, workflowName, version, recipeRunId } = facts;
  const about = { runId, workflowName, version, dagId: facts.dagId, recipeRunId, folder };
  const tries = processTries({
    runFolder,
    releaseName: releaseName(release.name, release.version),
    facts,
    env: options.env ?? process.env,
    nodeOptions: release.nodeOptions,
    takeFailureReport,
  });
  const { statuses: before, open, ended } = readBack(past);
  for (const { taskName, tryNumber } of ended) tries.tidy(taskName, tryNumber);
  options.onNodes?.(nodesAtStart(graph, before, open));
  tell({ event: "run_started", at: now(), ...about, nodes: graph.nodes.size, resumed: past.length > 0 });

  // Asked for by name, it runs again even where it was done.
  const asked = options.only === undefined ? undefined : before.get(options.only);
  if (options.only !== undefined && options.only !== record.only && asked !== undefined) {
    before.set(options.only, { ...asked, state: null });
  }
  const statuses = await runNodes({
    graph,
    statuses: before,
    open,
    maxParallel: options.maxParallel ?? availableParallelism(),
    retryDelaySeconds: options.retryDelaySeconds,
    tries,
    record: tell,
    stop: options.stop,
  });
  const state = runState(graph, statuses);
  tell({ event: "run_finished", at: now(), state, counts: countStates(graph, statuses), seconds: seconds() });
  const tasks = lastEvents(graph, statuses, events);
  return { runId, workflowName, dagId: facts.dagId, recipeRunId, folder, state, seconds: seconds(), tasks };
}

function hasFailed({ tasks }: RunResult): boolean {
  return tasks.some(({ state }) => state === "failed" || state === "upstream_failed");
}

function now(): string {
  return new Date().toISOString();
}
