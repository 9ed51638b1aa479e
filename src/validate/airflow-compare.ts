import type { Location } from "../model/diagnostics.js";
import type { Finding } from "../model/finding.js";
import { byCodeUnit, dagFileName, dagId } from "../model/naming.js";
import type { NodeModel, WorkflowModel } from "../model/workflow-model.js";

/** What `templates/airflow-check.py` writes: how Airflow understood a folder of DAG files. */
export interface AirflowReport {
  /** Airflow's version. */
  readonly airflow: string;
  readonly importErrors: readonly { readonly file: string; readonly message: string }[];
  /** Only those that a DAG file itself raised. */
  readonly warnings: readonly { readonly file: string; readonly line: number; readonly message: string }[];
  readonly dags: Readonly<Record<string, AirflowDag>>;
}

export interface AirflowDag {
  /** The file's name in the folder. */
  readonly file: string;
  /** Null: the scheduler can store it. */
  readonly serializationError: string | null;
  readonly tags: readonly string[];
  /** Name to JSON Schema. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly pausedUponCreation: boolean | null;
  readonly maxActiveRuns: number;
  readonly catchup: boolean;
  readonly failureCallback: boolean;
  readonly tasks: Readonly<Record<string, AirflowTask>>;
}

export interface AirflowTask {
  readonly upstreams: readonly string[];
  readonly resourceQueue: string;
  readonly pool: string;
  readonly retries: number;
  readonly retryDelaySeconds: number;
  readonly executionTimeoutSeconds: number | null;
  readonly owner: string;
  readonly triggerRule: string;
  readonly priorityWeight: number;
  readonly failureCallback: boolean;
}

/** What of the settings shows in Airflow; the settings of `renderDag` are such. */
export interface ExpectedSettings {
  readonly version: string;
  readonly owner: string;
  readonly pausedUponCreation: boolean;
  readonly maxActiveRuns: number | null;
  readonly killedTaskBackstop: boolean;
}

const IMPORT_HINT =
  "this comes from a template or from this Airflow's own rules: load the rendered file there to see it";
const MISMATCH_HINT = "an own template may leave this out; with the package's templates this is an error of dkist-core";

/**
 * Every difference between what Airflow understood and the model, and whatever would not load. Pure.
 *
 * @param workflows - those that the files were rendered from; DAGs of other files are not looked at
 */
export function compareWithAirflow(
  report: AirflowReport,
  workflows: readonly WorkflowModel[],
  settings: ExpectedSettings,
): Finding[] {
  return [
    ...importFindings(report, workflows, settings.version),
    ...workflows.flatMap((workflow, index) => compareDag(report, workflow, settings, { workflow: index })),
  ];
}

/** Where a finding is, and its workflow's and node's index, from which the author's line is found. */
interface Place {
  readonly location: Location;
  readonly at?: NonNullable<Finding["at"]>;
}

function importFindings(report: AirflowReport, workflows: readonly WorkflowModel[], version: string): Finding[] {
  const places = new Map(
    workflows.map((workflow, index): [string, Place] => [
      dagFileName(dagId(workflow.workflowName, version)),
      { location: locationOf(workflow), at: { workflow: index } },
    ]),
  );
  const place = (file: string): Place => places.get(file) ?? { location: { file } };
  return [
    ...report.importErrors.map(({ file, message }) =>
      importError(place(file), `Airflow ${report.airflow} cannot load ${file}: ${lastLine(message)}`),
    ),
    ...report.warnings.map(({ file, line, message }): Finding => ({
      ...place(file),
      severity: "warning",
      code: "AIRFLOW_IMPORT_ERROR",
      message: `Airflow ${report.airflow} warns while it loads ${file}, line ${line}: ${lastLine(message)}`,
    })),
  ];
}

function compareDag(
  report: AirflowReport,
  workflow: WorkflowModel,
  settings: ExpectedSettings,
  at: { readonly workflow: number },
): Finding[] {
  const id = dagId(workflow.workflowName, settings.version);
  const place: Place = { location: locationOf(workflow), at };
  const dag = Object.hasOwn(report.dags, id) ? report.dags[id] : undefined;
  if (dag === undefined) {
    // Its import error has been told already.
    const fileName = dagFileName(id);
    if (report.importErrors.some(({ file }) => file === fileName)) return [];
    return [mismatch(place, `Airflow ${report.airflow} found no DAG ${id} in ${fileName}`)];
  }
  const findings: Finding[] = [];
  if (dag.serializationError !== null) {
    const reason = lastLine(dag.serializationError);
    findings.push(importError(place, `Airflow ${report.airflow} cannot store the DAG ${id}: ${reason}`));
  }
  findings.push(...compareFields(place, dagFields(dag, workflow, settings)));
  for (const [index, node] of workflow.nodes.entries()) {
    const task = Object.hasOwn(dag.tasks, node.taskName) ? dag.tasks[node.taskName] : undefined;
    // A missing one has been told by the list of nodes.
    if (task === undefined) continue;
    const nodePlace: Place = { location: { ...place.location, node: node.taskName }, at: { ...at, node: index } };
    findings.push(...compareFields(nodePlace, nodeFields(task, node, settings)));
  }
  return findings;
}

/** Each field as [what Airflow has, what the model says]. */
type Fields = Readonly<Record<string, readonly [unknown, unknown]>>;

function dagFields(dag: AirflowDag, workflow: WorkflowModel, settings: ExpectedSettings): Fields {
  const param = dag.params["recipe_run_id"];
  return {
    nodes: [sorted(Object.keys(dag.tasks)), sorted(workflow.nodes.map((node) => node.taskName))],
    tags: [sorted(dag.tags), sorted([...workflow.tags, settings.version])],
    catchup: [dag.catchup, false],
    pausedUponCreation: [dag.pausedUponCreation, settings.pausedUponCreation],
    maxActiveRuns: [dag.maxActiveRuns, settings.maxActiveRuns ?? dag.maxActiveRuns],
    killedTaskBackstop: [dag.failureCallback, settings.killedTaskBackstop],
    recipe_run_id: [
      [param?.["type"], param?.["minimum"], param?.["maximum"]],
      ["integer", 1, Number.MAX_SAFE_INTEGER],
    ],
  };
}

function nodeFields(task: AirflowTask, node: NodeModel, settings: ExpectedSettings): Fields {
  return {
    upstreams: [sorted(task.upstreams), sorted(node.upstreams)],
    resourceQueue: [task.resourceQueue, node.resourceQueue],
    pool: [task.pool, node.pool ?? "default_pool"],
    retries: [task.retries, node.retries],
    retryDelaySeconds: [microseconds(task.retryDelaySeconds), microseconds(node.retryDelaySeconds)],
    executionTimeoutSeconds: [microseconds(task.executionTimeoutSeconds), microseconds(node.executionTimeoutSeconds)],
    owner: [task.owner, settings.owner],
    triggerRule: [task.triggerRule, node.triggerRule],
    priorityWeight: [task.priorityWeight, node.priorityWeight ?? 1],
    failureCallback: [task.failureCallback, true],
  };
}

function compareFields(place: Place, fields: Fields): Finding[] {
  return Object.entries(fields).flatMap(([field, [got, expected]]) => {
    const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
    if (left === right) return [];
    const found: Place = { ...place, location: { ...place.location, field } };
    return [mismatch(found, `${field} is ${left} in Airflow, expected ${right}`)];
  });
}

function mismatch(place: Place, message: string): Finding {
  return { ...place, severity: "error", code: "AIRFLOW_MISMATCH", message, hint: MISMATCH_HINT };
}

function importError(place: Place, message: string): Finding {
  return { ...place, severity: "error", code: "AIRFLOW_IMPORT_ERROR", message, hint: IMPORT_HINT };
}

function locationOf(workflow: WorkflowModel): Location {
  return { file: workflow.file, workflow: workflow.workflowName };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(byCodeUnit);
}

/** Python's timedelta is exact to the microsecond. */
function microseconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e6) / 1e6;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
