import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../lifetime/temporary-folder.js";
import { airflowEnvironment } from "./airflow-check.js";
import { runPython } from "./python.js";

/** What a Python's Airflow said of itself. */
export interface AirflowProbe {
  /** Null where there is none, or where it cannot say. */
  readonly version: string | null;
  /** Why what every DAG file imports cannot be imported; null where it can, or where there is no Airflow. */
  readonly refusal: string | null;
}

/** The imports are those at the top of `dag.py.hbs`. The result goes to a file, because Airflow and its plugins print. */
const PROBE = `
import json, sys, warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

warnings.simplefilter("ignore")
found = {"version": None, "refusal": None}
spec = find_spec("airflow")
if spec and spec.origin:
    for name in ("apache-airflow", "apache-airflow-core"):
        try:
            found["version"] = found["version"] or version(name)
        except PackageNotFoundError:
            pass
    try:
        try:
            from airflow.sdk import DAG, Param
        except ImportError:
            from airflow import DAG
            from airflow.models.param import Param
            from airflow.operators.bash import BashOperator
        else:
            from airflow.providers.standard.operators.bash import BashOperator
    except BaseException as error:
        found["refusal"] = f"{type(error).__name__}: {error}"
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(found, file)
`;

/**
 * Asks a Python which Airflow it has, and whether that can be imported. Airflow gets a home of its own, removed afterwards;
 * no database is touched.
 *
 * @param python - a name on PATH or a path
 * @throws DkistCoreError AIRFLOW_UNUSABLE when this Python cannot be started
 */
export async function probeAirflow(python: string, timeoutSeconds: number): Promise<AirflowProbe> {
  return withTemporaryFolder("airflow", async (home) => {
    const result = join(home, "result.json");
    const env = airflowEnvironment(process.env, home, home);
    const { exitCode, stderr } = await runPython(python, ["-c", PROBE, result], { env, cwd: home, timeoutSeconds });
    if (exitCode === 0) return JSON.parse(await readFile(result, "utf8")) as AirflowProbe;
    const last = stderr.trim().split("\n").at(-1) ?? "";
    return { version: null, refusal: last === "" ? `it was stopped (${String(exitCode)})` : last };
  });
}
