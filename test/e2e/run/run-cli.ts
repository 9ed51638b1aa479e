import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandLineOf } from "../../../src/engine/command-line.js";
import type { RunEvent, TaskChanged } from "../../../src/model/run-events.js";
import { PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

/** A `run --json` under way. */
export interface RunningCli {
  readonly pid: number;
  /** What it has said so far. */
  readonly events: RunEvent[];
  /** Resolves at the first event of this task and state. */
  reached(taskName: string, state: TaskChanged["state"]): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

/** Starts `dkist-core run` with `--json`, and reads its events as they come. */
export function startRun(repo: ClientRepo, parameters: readonly string[]): RunningCli {
  const bin = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
  const env = { ...process.env, NODE_OPTIONS: "", BUILD_VERSION: undefined, RAN: repo.file("ran") };
  const child = spawn(process.execPath, [bin, "run", ...parameters, "--json"], {
    cwd: repo.root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events: RunEvent[] = [];
  const waiting: { readonly isIt: (event: RunEvent) => boolean; readonly resolve: () => void }[] = [];
  let [rest, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as RunEvent;
      events.push(event);
      for (const { isIt, resolve } of waiting) if (isIt(event)) resolve();
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    pid: child.pid ?? 0,
    events,
    reached: (taskName, state) => {
      const isIt = (event: RunEvent): boolean =>
        event.event === "task" && event.taskName === taskName && event.state === state;
      return events.some(isIt) ? Promise.resolve() : new Promise((resolve) => waiting.push({ isIt, resolve }));
    },
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, stderr }))),
  };
}

/** Runs to the end; the last state of every task that was told of. */
export async function runToEnd(repo: ClientRepo, parameters: readonly string[]) {
  const run = startRun(repo, parameters);
  const { exitCode, stderr } = await run.ended;
  return { exitCode, stderr, events: run.events, states: lastStates(run.events) };
}

export function lastStates(events: readonly RunEvent[]): Record<string, TaskChanged["state"]> {
  return Object.fromEntries(events.flatMap((event) => (event.event === "task" ? [[event.taskName, event.state]] : [])));
}

/** What the tasks have written to the file RAN, line by line. */
export function ran(repo: ClientRepo): string[] {
  const file = repo.file("ran");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

export function isAlive(pid: number): boolean {
  return commandLineOf(pid) !== undefined;
}

/** The head of a module whose tasks say what they do with `say(text)` in the file RAN, and wait with `wait(ms)`. */
export const HEAD = `
import { appendFileSync } from "node:fs";
import { TaskBase, TaskSkipped, Workflow } from "dkist-processing-core";
const say = (text) => appendFileSync(process.env.RAN, text + "\\n");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;
