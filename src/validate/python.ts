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

/** The names under which a Python 3 is looked for on PATH. */
const NAMES = ["python3", "python"];

/** Far more than a Python needs to start. */
const START_SECONDS = 20;

/**
 * The first Python 3 on PATH.
 *
 * @returns its absolute path, or undefined
 */
export async function findPython(): Promise<string | undefined> {
  const script = "import sys; print(sys.version_info[0], sys.executable)";
  for (const name of NAMES) {
    try {
      const { exitCode, stdout } = await runPython(name, ["-c", script], { timeoutSeconds: START_SECONDS });
      const [major, path] = splitOnce(stdout.trim());
      if (exitCode === 0 && major === "3" && path !== "") return path;
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

/**
 * @param python - a name on PATH or a path
 * @returns e.g. `3.11.7`; undefined where it does not run
 */
export async function pythonVersion(python: string): Promise<string | undefined> {
  try {
    const script = "import sys; print('.'.join(str(part) for part in sys.version_info[:3]))";
    const { exitCode, stdout } = await runPython(python, ["-c", script], { timeoutSeconds: START_SECONDS });
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a Python has Airflow. Quick: Airflow is looked for, not imported.
 *
 * @param python - a name on PATH or a path
 */
export async function hasAirflow(python: string): Promise<boolean> {
  // A folder that happens to be called airflow is a package without an origin.
  const script = "import importlib.util as u; spec = u.find_spec('airflow'); print(bool(spec and spec.origin))";
  try {
    return (await runPython(python, ["-c", script])).stdout.trim() === "True";
  } catch {
    return false;
  }
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
  const processes = Math.max(1, Math.min(availableParallelism(), Math.ceil(files.length / FILES_A_PROCESS)));
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

function splitOnce(text: string): [string, string] {
  const space = text.indexOf(" ");
  return space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
}
