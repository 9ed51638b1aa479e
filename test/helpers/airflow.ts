import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { airflowEnvironment } from "../../src/validate/airflow-check.js";
import { runPython } from "../../src/validate/python.js";

/** A real Airflow that `setup-airflow.js` has made. */
export interface Airflow {
  readonly version: string;
  /** Absolute path of the venv's Python. */
  readonly python: string;
  /** A migrated SQLite database, to be copied. */
  readonly database: string;
}

export const AIRFLOW_VERSIONS = ["3.3.2", "2.11.2"] as const;

/** One run of a DAG in a real Airflow. */
export interface DagRunRequest {
  readonly dagId: string;
  /** As a JSON text where JavaScript has no value for it, e.g. `7.0`. */
  readonly conf: Readonly<Record<string, unknown>> | string;
  /** For this run alone, over the environment of the call; null: not set. */
  readonly env?: Readonly<Record<string, string | null>>;
}

export interface DagRunResult {
  /** `success` or `failed`; null when Airflow refused to make a run. */
  readonly state: string | null;
  /** Why Airflow refused to make a run. */
  readonly error: string | null;
  readonly tasks: Readonly<Record<string, { readonly state: string | null; readonly tries: number }>>;
  /** All that Airflow, the tasks and the callbacks printed. */
  readonly log: string;
}

const HELPERS = fileURLToPath(new URL(".", import.meta.url));
const CACHE = join(HELPERS, "..", "..", ".cache");

/** @throws Error that says how to make it, when it is not there */
export function airflow(version: (typeof AIRFLOW_VERSIONS)[number]): Airflow {
  const folder = join(CACHE, `airflow-${version}`);
  if (!existsSync(join(folder, "stamp"))) {
    throw new Error(`Airflow ${version} is not installed for the tests: node test/helpers/setup-airflow.js`);
  }
  return { version, python: join(folder, "venv", "bin", "python"), database: join(folder, "home", "airflow.db") };
}

/**
 * Runs one DAG with `dag.test()`: real operators, real subprocesses, retries, timeouts and callbacks; no scheduler.
 *
 * @param dagsFolder - absolute; all of it is loaded
 * @param env - over this process's environment, e.g. CODE_MOUNT and ISB_*
 */
export async function runDag(
  inAirflow: Airflow,
  dagsFolder: string,
  dagId: string,
  conf: DagRunRequest["conf"],
  env: Readonly<Record<string, string>>,
): Promise<DagRunResult> {
  const [result] = await runDags(inAirflow, dagsFolder, [{ dagId, conf }], env);
  if (result === undefined) throw new Error("the driver gave no result");
  return result;
}

/** As {@link runDag}, one run after another in one Airflow process: what follows the first takes a second or two. */
export async function runDags(
  inAirflow: Airflow,
  dagsFolder: string,
  runs: readonly DagRunRequest[],
  env: Readonly<Record<string, string>>,
): Promise<DagRunResult[]> {
  const home = await mkdtemp(join(tmpdir(), "airflow-home-"));
  try {
    await copyFile(inAirflow.database, join(home, "airflow.db"));
    // Failure reports and working folders of the tasks: removed with the home.
    await mkdir(join(home, "tmp"));
    const logs = runs.map((_, index) => join(home, `run-${index}.log`));
    const [spec, result] = [join(home, "spec.json"), join(home, "result.json")];
    await writeFile(
      spec,
      JSON.stringify({
        runs: runs.map((run, index) => ({
          env: {},
          ...run,
          conf: typeof run.conf === "string" ? run.conf : JSON.stringify(run.conf),
          log: logs[index],
        })),
      }),
    );
    const { exitCode, stdout, stderr } = await runPython(
      inAirflow.python,
      ["-W", "ignore", join(HELPERS, "airflow-driver.py"), spec, result],
      {
        cwd: home,
        timeoutSeconds: 600,
        env: {
          ...airflowEnvironment(process.env, home, dagsFolder),
          AIRFLOW__LOGGING__LOGGING_LEVEL: "INFO",
          TMPDIR: join(home, "tmp"),
          ...env,
        },
      },
    );
    if (exitCode !== 0) throw new Error(`the Airflow driver failed (exit ${String(exitCode)})\n${stdout}\n${stderr}`);
    const results = JSON.parse(await readFile(result, "utf8")) as Omit<DagRunResult, "log">[];
    return await Promise.all(
      results.map(async (run, index) => ({ ...run, log: await readFile(logs[index] ?? "", "utf8") })),
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
