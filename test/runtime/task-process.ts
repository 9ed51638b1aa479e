import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const REPO = join(import.meta.dirname, "..", "..");

/** A release with one task, laid out as on a worker: `<release>/tasks/FixtureTask/{run.js, task.js, task.json}`. */
export interface FixtureRelease {
  readonly root: string;
  readonly runJs: string;
  /** Replaces `task.json`. */
  writeFacts(facts: unknown): void;
  remove(): void;
}

/** Bundles the fixture task with the runtime, as the release does. `loader` is the first argument of `runTask`. */
export function makeFixtureRelease(
  loader = `() => import("./test/runtime/fixture-task.ts").then((module) => module.FixtureTask)`,
): FixtureRelease {
  const root = mkdtempSync(join(tmpdir(), "dkist-runtime-"));
  const folder = join(root, "fixture_1.0.0", "tasks", "FixtureTask");
  mkdirSync(folder, { recursive: true });
  buildSync({
    stdin: {
      contents: `
        import { runTask } from "./src/runtime/run-task.ts";
        void runTask(${loader}, { taskName: "FixtureTask", taskFolder: __dirname });`,
      resolveDir: REPO,
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    keepNames: true,
    sourcemap: true,
    outfile: join(folder, "task.js"),
    logLevel: "error",
  });
  const runJs = join(folder, "run.js");
  writeFileSync(runJs, `"use strict";\nrequire("./task.js");\n`);
  const writeFacts = (facts: unknown): void => writeFileSync(join(folder, "task.json"), JSON.stringify(facts));
  writeFacts({ packages: [{ name: "left-pad", version: "1.3.0" }], native: null });
  return { root, runJs, writeFacts, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface TaskProcessOptions {
  readonly conf?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  /** Sends signals: each `[text, signal, delay]` when stdout holds the text, after so many milliseconds. */
  readonly signals?: readonly (readonly [text: string, signal: NodeJS.Signals, delayMs: number])[];
  /** Closes the reading end of stdout as soon as the first byte is there. */
  readonly closeStdout?: boolean;
  /** Reads no more of stdout once the texts of all signals were there, and keeps it open. */
  readonly stopReading?: boolean;
}

export interface TaskProcessResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: Readonly<Record<string, unknown>> | undefined;
  readonly seconds: number;
  /** From the first signal to the end. */
  readonly secondsAfterSignal: number;
  /** Phases in the order they were entered. */
  readonly phases: readonly string[];
}

/** Runs the fixture task in a process of its own and waits for the end of the process (not of what holds its pipes). */
export async function runTaskProcess(
  release: FixtureRelease,
  options: TaskProcessOptions = {},
): Promise<TaskProcessResult> {
  const reportPath = join(mkdtempSync(join(release.root, "report-")), "failure.json");
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), release.runJs, ...(options.args ?? [])], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      DKIST_RECIPE_RUN_ID: "7",
      DKIST_WORKFLOW: "l0_to_l1_test",
      DKIST_VERSION: "1.0.0",
      DKIST_DAG_RUN_CONF: JSON.stringify(options.conf ?? {}),
      DKIST_FAILURE_REPORT: reportPath,
      ...options.env,
    },
  });
  const started = performance.now();
  let firstSignal = started;
  let stdout = "";
  let stderr = "";
  const pending = [...(options.signals ?? [])];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (options.closeStdout === true) child.stdout.destroy();
    for (const entry of [...pending]) {
      const [text, signal, delayMs] = entry;
      if (!stdout.includes(text)) continue;
      pending.splice(pending.indexOf(entry), 1);
      setTimeout(() => {
        if (pending.length === (options.signals?.length ?? 0) - 1) firstSignal = performance.now();
        child.kill(signal);
      }, delayMs);
    }
  });
  if (options.stopReading === true) {
    child.stdout.on("data", () => pending.length === 0 && child.stdout.pause());
  }
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on("exit", (...end) => {
      // The pipes may still hold what the process wrote last.
      setTimeout(() => resolve(end), 100);
    });
  });
  const ended = performance.now() - 100;
  child.stdout.destroy();
  child.stderr.destroy();
  return {
    code,
    signal,
    stdout,
    stderr,
    report: existsSync(reportPath)
      ? (JSON.parse(readFileSync(reportPath, "utf8")) as Record<string, unknown>)
      : undefined,
    seconds: (ended - started) / 1000,
    secondsAfterSignal: (ended - firstSignal) / 1000,
    phases: [...stdout.matchAll(/^PHASE (\w+)$/gm)].map((match) => match[1] ?? ""),
  };
}
