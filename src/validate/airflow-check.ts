import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withTemporaryFolder } from "../lifetime/temporary-folder.js";
import type { Finding } from "../model/finding.js";
import type { WorkflowModel } from "../model/workflow-model.js";
import { compareWithAirflow, type AirflowReport, type ExpectedSettings } from "./airflow-compare.js";
import { askPython, runPython, unusable } from "./python.js";

const SCRIPT = fileURLToPath(new URL("../../templates/airflow-check.py", import.meta.url));

/** An Airflow that takes longer than this to load the files hangs. */
const TIMEOUT_SECONDS = 600;

/**
 * Loads a folder of rendered DAG files into one real Airflow DagBag, in one Python process, and compares what Airflow
 * understood with the model.
 *
 * Airflow gets a home and a configuration of its own, which are removed afterwards; no database is touched, neither the
 * user's nor a new one.
 *
 * @param python - the Python of an Airflow 2.10, 2.11 or 3.x: a name on PATH or a path
 * @param folder - absolute path of a folder with the rendered files of these workflows
 * @param settings - those that the files were rendered with
 * @returns findings that `pinpoint` can give their source line: AIRFLOW_IMPORT_ERROR (a file that does not load; a warning for what our file warns about) and
 *   AIRFLOW_MISMATCH, each naming workflow, node and field
 * @throws DkistCoreError AIRFLOW_UNUSABLE when this Python or its Airflow does not work
 */
export async function checkWithAirflow(
  python: string,
  folder: string,
  workflows: readonly WorkflowModel[],
  settings: ExpectedSettings,
): Promise<Finding[]> {
  return compareWithAirflow(await loadWithAirflow(python, folder), workflows, settings);
}

/**
 * What a real Airflow makes of a folder of DAG files.
 *
 * @throws DkistCoreError AIRFLOW_UNUSABLE
 */
export async function loadWithAirflow(python: string, folder: string): Promise<AirflowReport> {
  return withTemporaryFolder("airflow", async (home) => {
    const result = join(home, "result.json");
    const env = airflowEnvironment(process.env, home, folder);
    const { exitCode, stderr } = await runPython(python, [SCRIPT, folder, result], {
      env,
      cwd: home,
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    if (exitCode !== 0) {
      throw unusable(python, (await askPython(python)).hasAirflow ? stderr : "there is no Airflow in it");
    }
    return JSON.parse(await readFile(result, "utf8")) as AirflowReport;
  });
}

/**
 * The environment of a private Airflow: nothing of the user's own Airflow configuration (a database, a DAGs folder, a
 * secrets backend) reaches it.
 */
export function airflowEnvironment(environment: NodeJS.ProcessEnv, home: string, folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^_?AIRFLOW_/.test(name) && name !== "PYTHONWARNINGS");
  return {
    ...Object.fromEntries(kept),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: folder,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__LOGGING__LOGGING_LEVEL: "ERROR",
  };
}
