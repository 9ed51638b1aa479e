import type { TaskChanged } from "../model/run-events.js";
import type { RunGraph, RunNode } from "./run-graph.js";
import type { Tries } from "./run-tries.js";
import type { OpenTry } from "./run-state.js";
import { react, WAITING, type Change, type Happening, type NodeStatus, type Statuses } from "./schedule.js";
import type { TaskProcess } from "./task-process.js";

/** A run of a graph's nodes. */
export interface NodesRequest {
  readonly graph: RunGraph;
  /** Where the nodes stand: all wait, or what an earlier process of this run left. */
  readonly statuses: Statuses;
  /** What was under way when an earlier process of this run was killed. */
  readonly open: readonly OpenTry[];
  readonly maxParallel: number;
  /** Seconds between the tries of a node, where it shall not be the node's own. */
  readonly retryDelaySeconds: number | undefined;
  readonly tries: Tries;
  /** Writes an event down. What it throws ends the run. */
  readonly record: (event: TaskChanged) => void;
  /** Aborted: stop what runs, and start nothing more. */
  readonly stop: AbortSignal;
}

type Details = Pick<TaskChanged, "exitCode" | "seconds" | "reason" | "log">;

/** What Airflow's BashOperator takes for "skipped". */
const EXIT_SKIPPED = 99;
/** What a timer can count; some 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs nodes as their graph allows, until nothing is left to do: lets {@link react} decide, and does it.
 *
 * @returns where each node stands in the end
 * @throws what `record` throws, when all processes are stopped
 */
export async function runNodes(request: NodesRequest): Promise<Statuses> {
  const { graph, maxParallel, tries, record, stop } = request;
  const statuses = new Map<string, NodeStatus>(request.statuses);
  const ready: string[] = [];
  const running = new Map<string, TaskProcess>();
  const retries = new Map<string, NodeJS.Timeout>();
  let failure: Error | undefined;

  return new Promise((resolve, reject) => {
    stop.addEventListener("abort", stopAll);
    guarded(() => {
      for (const open of request.open) takeUp(open);
      if (!stop.aborted) happens({ kind: "begin" });
      // What was scheduled before is judged again by "begin", which schedules it anew.
    });
    goOn();

    function happens(happening: Happening, details: Details = {}): void {
      for (const change of react(graph, statuses, happening)) {
        const isFirst = "taskName" in happening && change.taskName === happening.taskName;
        apply(change, isFirst ? details : {});
      }
    }

    function apply({ taskName, ...status }: Change, details: Details): void {
      statuses.set(taskName, status);
      record({ event: "task", at: new Date().toISOString(), taskName, ...status, ...details });
      if (status.state === "scheduled") ready.push(taskName);
      if (status.state === "up_for_retry") retryLater(taskName);
    }

    function retryLater(taskName: string): void {
      const seconds = request.retryDelaySeconds ?? graph.nodes.get(taskName)?.retryDelaySeconds ?? 0;
      const due = (): void => {
        retries.delete(taskName);
        guarded(() => happens({ kind: "retry_due", taskName }));
        goOn();
      };
      retries.set(taskName, setTimeout(due, Math.min(seconds * 1000, MAX_TIMER_MS)));
    }

    /** Starts what may start; ends the run when nothing is under way any more. */
    function goOn(): void {
      guarded(() => {
        while (!stop.aborted && failure === undefined && running.size < maxParallel) {
          const taskName = ready.shift();
          const node = taskName === undefined ? undefined : graph.nodes.get(taskName);
          if (node === undefined) break;
          start(node);
        }
      });
      if (running.size > 0 || retries.size > 0) return;
      stop.removeEventListener("abort", stopAll);
      if (failure === undefined) resolve(statuses);
      else reject(failure);
    }

    function start(node: RunNode): void {
      const { taskName } = node;
      const tryNumber = (statuses.get(taskName) ?? WAITING).tryNumber + 1;
      // Written down first: what runs without a trace could not be found again.
      happens({ kind: "started", taskName }, { log: tries.logOf(taskName, tryNumber) });
      watch(node, tryNumber, tries.start(node, tryNumber), Date.now());
    }

    function watch(node: RunNode, tryNumber: number, task: TaskProcess, startedAt: number): void {
      const { taskName, executionTimeoutSeconds } = node;
      running.set(taskName, task);
      let reason: string | undefined;
      const leftMs =
        executionTimeoutSeconds === null ? Infinity : startedAt + executionTimeoutSeconds * 1000 - Date.now();
      const deadline = (): void => {
        reason = `stopped at its execution timeout of ${executionTimeoutSeconds ?? 0} s`;
        task.stop();
      };
      const timer = leftMs > MAX_TIMER_MS ? undefined : setTimeout(deadline, Math.max(leftMs, 0));
      void task.ended.then((exitCode) => {
        clearTimeout(timer);
        running.delete(taskName);
        guarded(() => over(taskName, tryNumber, exitCode, (Date.now() - startedAt) / 1000, reason));
        goOn();
      });
    }

    function over(taskName: string, tryNumber: number, exitCode: number, elapsed: number, timedOut?: string): void {
      const facts = { exitCode, seconds: Number(elapsed.toFixed(3)), log: tries.logOf(taskName, tryNumber) };
      const isStopped = stop.aborted && timedOut === undefined && exitCode !== 0 && exitCode !== EXIT_SKIPPED;
      if (isStopped) {
        happens({ kind: "stopped", taskName }, { ...facts, reason: "stopped with the run" });
      } else if (timedOut === undefined && exitCode === 0) {
        happens({ kind: "ended", taskName, outcome: "success" }, facts);
      } else if (timedOut === undefined && exitCode === EXIT_SKIPPED) {
        happens({ kind: "ended", taskName, outcome: "skipped" }, facts);
      } else {
        const reason =
          timedOut ?? tries.reasonOf(taskName, tryNumber) ?? `its process ended with exit code ${exitCode}`;
        happens({ kind: "ended", taskName, outcome: "failed" }, { ...facts, reason });
      }
      tries.tidy(taskName, tryNumber);
      if (stop.aborted) dropRetries();
    }

    /** Goes on with a try that outlived the process that started it, or that ended unseen. */
    function takeUp(open: OpenTry): void {
      const { taskName, tryNumber, lastTry, startedAt } = open;
      const node = graph.nodes.get(taskName);
      const found = tries.find(open);
      if (node === undefined) {
        if (found.kind === "running") found.process.stop();
        return;
      }
      if (found.kind === "running") {
        statuses.set(taskName, { state: "running", tryNumber, lastTry });
        watch(node, tryNumber, found.process, startedAt);
        return;
      }
      const facts = { log: tries.logOf(taskName, tryNumber) };
      const exitCode = found.kind === "ended" ? found.exitCode : undefined;
      const done = exitCode === 0 ? "success" : exitCode === EXIT_SKIPPED ? "skipped" : undefined;
      if (exitCode !== undefined && done !== undefined) {
        apply({ taskName, state: done, tryNumber, lastTry }, { ...facts, exitCode });
        tries.tidy(taskName, tryNumber);
      } else {
        // Its marks stay, so that a process which is late cannot start any more.
        apply({ taskName, state: null, tryNumber, lastTry }, { ...facts, reason: "ended when the run was killed" });
      }
    }

    function stopAll(): void {
      dropRetries();
      for (const task of running.values()) task.stop();
      goOn();
    }

    function dropRetries(): void {
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
    }

    /** An error in here would otherwise end this process and leave its tasks alone. */
    function guarded(act: () => void): void {
      try {
        act();
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
        dropRetries();
        for (const task of running.values()) task.stop();
      }
    }
  });
}
