import { spawn } from "node:child_process";
import { availableParallelism, tmpdir } from "node:os";
import { resolve as resolvePath } from "node:path";

import { endsWithUs } from "../lifetime/child.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { DkistCoreError } from "../model/diagnostics.js";

/** How a Python process ended. */
export interface PythonResult {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Python, as it says of itself. */
export interface Python {
  /** As it was asked for. */
  readonly path: string;
  /** Its own absolute path; where what was asked for is a script that sets something first, not the same. */
  readonly executable: string;
  /** e.g. `3.11.7`. */
  readonly version: string;
  /** All that tells it from another Python: `sys.version`. */
  readonly build: string;
  readonly hasAirflow: boolean;
}

/** The names under which a Python 3 is looked for on PATH. */
const NAMES = ["python3", "python"];

/** Far more than a Python needs to start. */
const START_SECONDS = 20;

/** Airflow is looked for, not imported. A folder that happens to be called airflow is a package without an origin. */
const INTRODUCE = `
import json, sys
spec = None
if sys.version_info[0] == 3:
    import importlib.util
    spec = importlib.util.find_spec("airflow")
print("dkist-core: " + json.dumps({
    "executable": sys.executable,
    "version": ".".join(str(part) for part in sys.version_info[:3]),
    "build": sys.version,
    "hasAirflow": bool(spec and spec.origin),
}))
`;

/**
 * Asks a Python what it is.
 *
 * @param name - a name on PATH or a path
 * @throws DkistCoreError AIRFLOW_UNUSABLE when it does not run
 */
export async function askPython(name: string): Promise<Python> {
  const { exitCode, stdout, stderr } = await runPython(name, ["-c", INTRODUCE], { timeoutSeconds: START_SECONDS });
  if (exitCode !== 0) throw unusable(name, stderr);
  // What a sitecustomize.py prints comes before it.
  const answer = stdout.trimEnd().split("\n").at(-1) ?? "";
  const [, facts] = /^dkist-core: (\{.*\})$/.exec(answer) ?? [];
  if (facts !== undefined) return { path: name, ...(JSON.parse(facts) as Omit<Python, "path">) };
  throw unusable(name, `it is no Python, and says ${JSON.stringify(answer.slice(0, 100))}`);
}

/** Whether its version is one that reads DAG files. */
export function isPython3({ version }: Pick<Python, "version">): boolean {
  return version.startsWith("3.");
}

/** The first Python 3 on PATH, by its own path; undefined where there is none. */
export async function findPython(): Promise<Python | undefined> {
  for (const name of NAMES) {
    try {
      const python = await askPython(name);
      if (isPython3(python)) return { ...python, path: python.executable };
    } catch {
      // Not on PATH: the next name may be.
    }
  }
  return undefined;
}

/**
 * A program as it was named: a path is taken from a folder, as processes are started in another one; a bare name is
 * looked for on PATH.
 *
 * @example
 * programPath(".venv/bin/python", "/repos/vbi") // "/repos/vbi/.venv/bin/python"
 */
export function programPath(name: string, folder: string): string {
  return name.includes("/") ? resolvePath(folder, name) : name;
}

/** So many take longer to compile than another Python to start. */
const FILES_A_PROCESS = 100;

/** Python's own `compile()`, of many files in one process; it runs nothing. */
const COMPILE = `
import json, sys
findings = []
for file in json.load(sys.stdin):
    try:
        compile(file["content"], file["path"], "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        findings.append({"path": file["path"], "line": getattr(error, "lineno", None), "message": str(error)})
json.dump(findings, sys.stdout)
`;

/**
 * Compiles each file with Python, without running it: a check that needs no Airflow.
 *
 * @param python - a name on PATH or a path
 * @param files - rendered files; `path` is where a finding is said to be
 * @returns an AIRFLOW_IMPORT_ERROR for each file that is no Python
 * @throws DkistCoreError AIRFLOW_UNUSABLE when this Python does not run
 */
export async function compileWithPython(
  python: string,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<Diagnostic[]> {
  const processes = Math.min(availableParallelism(), Math.ceil(files.length / FILES_A_PROCESS));
  const share = Math.ceil(files.length / processes);
  const findings = await Promise.all(
    Array.from({ length: processes }, (_, index) => compile(python, files.slice(index * share, (index + 1) * share))),
  );
  return findings.flat().map(({ path, line, message }) => ({
    severity: "error",
    code: "AIRFLOW_IMPORT_ERROR",
    message: `the DAG file is not valid Python: ${message}`,
    hint: "this comes from a template: look at this line of the rendered file",
    location: { file: path, ...(line === null ? {} : { line }) },
  }));
}

interface CompileFinding {
  readonly path: string;
  readonly line: number | null;
  readonly message: string;
}

async function compile(
  python: string,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<CompileFinding[]> {
  const input = JSON.stringify(files.map(({ path, content }) => ({ path, content })));
  const { exitCode, stdout, stderr } = await runPython(python, ["-c", COMPILE], { input });
  if (exitCode !== 0) throw unusable(python, stderr);
  return JSON.parse(stdout) as CompileFinding[];
}

/**
 * Runs a Python process to its end.
 *
 * @param parameters - Python's own, e.g. `["-c", script]`
 * @param options - `env` replaces the environment; `timeoutSeconds` (default 60) kills the process
 * @throws DkistCoreError AIRFLOW_UNUSABLE when it cannot be started
 */
export function runPython(
  python: string,
  parameters: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string; timeoutSeconds?: number } = {},
): Promise<PythonResult> {
  const { timeoutSeconds = 60 } = options;
  return new Promise((resolve, reject) => {
    const child = endsWithUs(
      spawn(python, parameters, {
        // Python puts the working folder on its module path: not the client's, whose folders may be called anything.
        cwd: options.cwd ?? tmpdir(),
        env: { ...(options.env ?? process.env), PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" },
        // spawn's own `timeout` leaves its timer behind, and the command waiting for it, when there is no such program.
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
        killSignal: "SIGKILL",
      }),
    );
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", ({ name, message }) =>
      reject(unusable(python, name === "AbortError" ? `no answer within ${timeoutSeconds} s` : message)),
    );
    child.on("close", (exitCode) =>
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    // A process that ends without reading its input says why by its exit code; the broken pipe adds nothing.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** The error for a Python that can't do what it is asked to; its last lines say why. */
export function unusable(python: string, reason: string): DkistCoreError {
  const lines = reason.trim().split("\n");
  const last = lines.slice(-3).join("\n");
  return new DkistCoreError("AIRFLOW_UNUSABLE", `${python} is not usable: ${last === "" ? "it was stopped" : last}`, {
    hint: "give the path of a Python 3 that has apache-airflow 2.10, 2.11 or 3.x, for example .venv/bin/python",
    ...(lines.length > 3 ? { cause: reason.trim() } : {}),
  });
}
