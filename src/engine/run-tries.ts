import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { taskEnvironment, type RunFacts } from "./task-environment.js";
import { tryFiles } from "./run-folder.js";
import type { RunNode } from "./run-graph.js";
import type { OpenTry } from "./run-state.js";
import { findTaskProcess, startTaskProcess, type FoundTry, type TaskProcess } from "./task-process.js";

/** How a run's nodes become processes: the engine's only way to them, so that tests can give it another one. */
export interface Tries {
  start(node: RunNode, tryNumber: number): TaskProcess;
  /** A try that an earlier process of this run started. */
  find(open: OpenTry): FoundTry;
  /** The try is over: nothing of it is needed any more but its log. */
  tidy(taskName: string, tryNumber: number): void;
  /** Where the try's log is, relative to the run's folder. */
  logOf(taskName: string, tryNumber: number): string;
  /** Why the try failed, in the task's own words; undefined where it left none. */
  reasonOf(taskName: string, tryNumber: number): string | undefined;
}

/** What the tries of a run have in common. */
export interface TriesSettings {
  readonly runFolder: string;
  readonly releaseName: string;
  readonly facts: RunFacts;
  /** What the tasks' environment starts from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node's own options, by resource queue. */
  readonly nodeOptions: Readonly<Record<string, readonly string[]>>;
  /** Reads a failure report, and removes it. */
  readonly takeFailureReport: (file: string) => { errorName: string; errorMessage: string } | undefined;
}

/** Tries as the DAG would run them: the same program, flags, variables, and a new empty working folder each. */
export function processTries(settings: TriesSettings): Tries {
  const { runFolder, releaseName, facts, env, nodeOptions, takeFailureReport } = settings;
  const filesOf = (taskName: string, tryNumber: number) => tryFiles(runFolder, taskName, tryNumber);
  return {
    start: ({ taskName, resourceQueue }, tryNumber) => {
      const { work, log, marks, failureReport } = filesOf(taskName, tryNumber);
      mkdirSync(work, { recursive: true, mode: 0o700 });
      const program = path.join(facts.codeMount, releaseName, "tasks", taskName, "run.js");
      return startTaskProcess({
        nodeArguments: [...(nodeOptions[resourceQueue] ?? []), program],
        env: { ...env, ...taskEnvironment(facts, taskName, tryNumber, failureReport) },
        cwd: work,
        log,
        marks,
      });
    },
    find: ({ taskName, tryNumber }) => {
      const { folder, marks, work } = filesOf(taskName, tryNumber);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const found = findTaskProcess(marks);
      if (found.kind === "gone") rmSync(work, { recursive: true, force: true });
      return found;
    },
    tidy: (taskName, tryNumber) => {
      const { work, marks, failureReport } = filesOf(taskName, tryNumber);
      for (const file of [work, marks.pid, marks.exit, failureReport]) rmSync(file, { recursive: true, force: true });
    },
    logOf: (taskName, tryNumber) => path.relative(runFolder, filesOf(taskName, tryNumber).log),
    reasonOf: (taskName, tryNumber) => {
      const report = takeFailureReport(filesOf(taskName, tryNumber).failureReport);
      return report === undefined ? undefined : `${report.errorName}: ${report.errorMessage}`;
    },
  };
}
