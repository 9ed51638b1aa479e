import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const REPO = join(import.meta.dirname, "..", "..", "..");

/** The `notify-failure.js` of a release, bundled as a release does. */
export interface NotifyProgram {
  run(
    input: unknown,
    env?: Readonly<Record<string, string>>,
    onStart?: (child: ChildProcess) => void,
  ): Promise<NotifyResult>;
  /** Runs it with `--check`. */
  check(env: Readonly<Record<string, string>>): Promise<NotifyResult>;
  /** Runs it with `--flush`; `onStart` is given the process, e.g. to kill it. */
  flush(env: Readonly<Record<string, string>>, onStart?: (child: ChildProcess) => void): Promise<NotifyResult>;
  /** Its path. */
  readonly script: string;
  remove(): void;
}

export interface NotifyResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export const NOTIFICATION = {
  workflowName: "l0_to_l1_visp",
  workflowVersion: "3.4.4",
  taskName: "TransferL0Data",
  dagId: "l0_to_l1_visp_3.4.4",
  dagRunId: 'manual__é"1',
  dagRunStart: "2026-01-01T00:00:00+00:00",
  tryNumber: 2,
  logUrl: "http://localhost:8080/log?dag_id=d&task_id=t",
  exception: { name: "AirflowException", message: "Bash command failed" },
  failureReport: null,
};

export function makeNotifyProgram(): NotifyProgram {
  const folder = mkdtempSync(join(tmpdir(), "dkist-notify-"));
  const script = join(folder, "notify-failure.js");
  buildSync({
    entryPoints: [join(REPO, "src/notify/notify-failure.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile: script,
    logLevel: "error",
  });
  return {
    script,
    run: (input, env = {}, onStart) =>
      run([script], typeof input === "string" ? input : JSON.stringify(input), env, onStart),
    check: (env) => run([script, "--check"], "", env),
    flush: (env, onStart) => run([script, "--flush"], "", env, onStart),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** MESH_CONFIG for an address. */
export function meshConfig(port: number, host = "127.0.0.1"): string {
  return JSON.stringify({ "interservice-bus": { mesh_address: host, mesh_port: port } });
}

async function run(
  parameters: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<NotifyResult> {
  const started = performance.now();
  const child = spawn(process.execPath, parameters, { env: { PATH: process.env["PATH"] ?? "", ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  onStart(child);
  // One that is killed at once never reads it.
  child.stdin.on("error", () => undefined).end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, stderr, seconds: (performance.now() - started) / 1000 };
}
