import { writeFile } from "node:fs/promises";
import path from "node:path";
import { knownDigests } from "./disk/known-digests.js";
import { withTemporaryFolder } from "./lifetime/temporary-folder.js";
import { counted } from "./model/counted.js";
import { DkistCoreError, isClean, type Diagnostic } from "./model/diagnostics.js";
import { sha256 } from "./model/digest.js";
import type { Progress } from "./model/progress.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import type { DagSettings, RenderedFile } from "./render/dag.js";
import { checkWithAirflow } from "./validate/airflow-check.js";
import {
  askPython,
  compileWithPython,
  findPython,
  isPython3,
  programPath,
  unusable,
  type Python,
} from "./validate/python.js";

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

/** What is checked with, where, and whom to tell. */
export interface CheckRequest {
  readonly choice: AirflowChoice;
  /** Undefined where there is none. */
  readonly python: Python | undefined;
  /** The client repo. */
  readonly root: string;
  readonly progress: Progress;
}

/**
 * Finds the Python that is to read the DAG files.
 *
 * @param root - the client repo: the path of a Python may be relative to it
 * @param configured - the config's `airflow.python`
 * @throws DkistCoreError AIRFLOW_UNUSABLE when one was asked for and has no Airflow
 */
export async function choosePython(
  choice: AirflowChoice,
  root: string,
  configured: string | undefined,
): Promise<Python | undefined> {
  const named = choice === "auto" ? configured : choice === "none" ? undefined : choice;
  if (named === undefined) return findPython();
  const python = await askPython(programPath(named, root));
  if (!isPython3(python)) throw unusable(python.path, `it is a Python ${python.version}`);
  if (!python.hasAirflow) {
    throw new DkistCoreError("AIRFLOW_UNUSABLE", `there is no Airflow in ${python.path}`, {
      hint: "give --airflow the python of the virtual environment that Airflow is installed in, or --airflow none",
    });
  }
  return python;
}

/**
 * Lets the readers of the DAG files judge them: Python compiles them, and a real Airflow loads them all into one DagBag,
 * which is compared with the workflows.
 *
 * @throws DkistCoreError AIRFLOW_UNUSABLE when an Airflow does not work
 */
export async function checkRendered(
  rendered: readonly RenderedFile[],
  workflows: readonly WorkflowModel[],
  settings: DagSettings,
  { choice, python, root, progress }: CheckRequest,
): Promise<{ diagnostics: Diagnostic[]; levels: CheckLevel[] }> {
  if (python === undefined) {
    const reason = "no python3 on PATH";
    return { diagnostics: [], levels: [skipped("python", reason), skipped("airflow", reason)] };
  }
  const files = counted(rendered.length, "DAG file");
  progress.start("python");
  progress.doing?.("python", `compiling ${files} with ${python.path}`);
  const compiled = await compileNew(rendered, python, root);
  progress.done("python", compiled.length === 0 ? `${files} compiled` : `${compiled.length} of ${files} not Python`);
  const withoutAirflow = (reason: string) => ({
    diagnostics: compiled,
    levels: [ran("python"), skipped("airflow", reason)],
  });
  if (choice === "none") return withoutAirflow("--airflow none");
  if (!python.hasAirflow) return withoutAirflow(`no Airflow in ${python.path}`);
  if (!isClean(compiled)) return withoutAirflow("not all files compile");
  progress.start("airflow");
  progress.doing?.("airflow", `waiting for Airflow to load ${files} (${python.path})`);
  const diagnostics = await inFolder(rendered, (folder) => checkWithAirflow(python.path, folder, workflows, settings));
  progress.done("airflow", `${files} loaded and compared`);
  return { diagnostics: [...compiled, ...diagnostics], levels: [ran("python"), ran("airflow")] };
}

/** Compiles what is not known from the last check: what this Python has compiled, it compiles again. */
async function compileNew(rendered: readonly RenderedFile[], python: Python, root: string): Promise<Diagnostic[]> {
  const before = knownDigests(root, "cache/compiled.json");
  const digests = rendered.map(({ content }) => sha256(`${python.build}\n${content}`));
  const found = await compileWithPython(
    python.path,
    rendered.filter((_, index) => !before.has(digests[index] ?? "")),
  );
  if (found.length === 0) before.keep(digests);
  return found;
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
