import { writeFile } from "node:fs/promises";
import path from "node:path";
import { withTemporaryFolder } from "./lifetime/temporary-folder.js";
import { counted } from "./model/counted.js";
import { DkistCoreError, isClean, type Diagnostic } from "./model/diagnostics.js";
import type { Progress } from "./model/progress.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import type { DagSettings, RenderedFile } from "./render/dag.js";
import { checkWithAirflow } from "./validate/airflow-check.js";
import { compileWithPython, findPython, hasAirflow, programPath } from "./validate/python.js";

/** `auto`: the config's Python, else the one on PATH where it has an Airflow. `none`: no Airflow. Else: this Python. */
export type AirflowChoice = "auto" | "none" | (string & Record<never, never>);

/** One kind of check, and why it did not run. */
export interface CheckLevel {
  /** `rules`, `bundles`: ours; `python`: the DAG files compile; `airflow`: a real one loads them. */
  readonly level: "rules" | "bundles" | "python" | "airflow";
  /** False where this machine cannot. */
  readonly ran: boolean;
  /** Why it did not run. */
  readonly reason?: string;
}

/** Where to look for an Airflow, and whom to tell. */
export interface CheckRequest {
  readonly choice: AirflowChoice;
  /** The client repo: the path of a Python may be relative to it. */
  readonly root: string;
  /** The config's `airflow.python`. */
  readonly configured: string | undefined;
  readonly progress: Progress;
}

/**
 * Lets the readers of the DAG files judge them: Python compiles them, and a real Airflow loads them all into one DagBag,
 * which is compared with the workflows.
 *
 * @throws DkistCoreError AIRFLOW_UNUSABLE when an Airflow was asked for and does not work
 */
export async function checkRendered(
  rendered: readonly RenderedFile[],
  workflows: readonly WorkflowModel[],
  settings: DagSettings,
  { choice, root, configured, progress }: CheckRequest,
): Promise<{ diagnostics: Diagnostic[]; levels: CheckLevel[] }> {
  const named = choice === "auto" ? configured : choice === "none" ? undefined : choice;
  const python = named === undefined ? await findPython() : programPath(named, root);
  if (python === undefined) {
    const reason = "no python3 on PATH";
    return { diagnostics: [], levels: [skipped("python", reason), skipped("airflow", reason)] };
  }
  const files = counted(rendered.length, "DAG file");
  progress.start("python");
  progress.doing?.("python", `compiling ${files} with ${python}`);
  const compiled = await compileWithPython(python, rendered);
  progress.done("python", compiled.length === 0 ? `${files} compiled` : `${compiled.length} of ${files} not Python`);
  if (choice === "none")
    return { diagnostics: compiled, levels: [ran("python"), skipped("airflow", "--airflow none")] };
  if (!(await hasAirflow(python))) {
    if (named !== undefined) {
      throw new DkistCoreError("AIRFLOW_UNUSABLE", `there is no Airflow in ${python}`, {
        hint: "give --airflow the python of the virtual environment that Airflow is installed in, or --airflow none",
      });
    }
    return { diagnostics: compiled, levels: [ran("python"), skipped("airflow", `no Airflow in ${python}`)] };
  }
  if (!isClean(compiled))
    return { diagnostics: compiled, levels: [ran("python"), skipped("airflow", "not all files compile")] };
  progress.start("airflow");
  progress.doing?.("airflow", `waiting for Airflow to load ${files} (${python})`);
  const diagnostics = await inFolder(rendered, (folder) => checkWithAirflow(python, folder, workflows, settings));
  progress.done("airflow", `${files} loaded and compared`);
  return { diagnostics: [...compiled, ...diagnostics], levels: [ran("python"), ran("airflow")] };
}

async function inFolder<T>(rendered: readonly RenderedFile[], work: (folder: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder("dags", async (folder) => {
    await Promise.all(rendered.map((file) => writeFile(path.join(folder, file.path), file.content)));
    return work(folder);
  });
}

function ran(level: CheckLevel["level"]): CheckLevel {
  return { level, ran: true };
}

function skipped(level: CheckLevel["level"], reason: string): CheckLevel {
  return { level, ran: false, reason };
}
