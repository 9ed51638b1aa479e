import type { DagOptions } from "../model/dag-options.js";
import { byCodeUnit, dagFileName, dagId } from "../model/naming.js";
import type { NodeModel, WorkflowModel } from "../model/workflow-model.js";
import type { Templates } from "./engine.js";

/** What a release says about all of its DAGs. */
export interface DagSettings extends DagOptions {
  /** The folder under `$CODE_MOUNT`: `<name>_<version>`. */
  readonly releaseName: string;
  readonly version: string;
}

/** A file as text, not yet written anywhere. */
export interface RenderedFile {
  /** Relative to the DAGs folder, as {@link dagFileName} makes it. */
  readonly path: string;
  readonly dagId: string;
  /** Pure ASCII. */
  readonly content: string;
}

/**
 * Renders a workflow as a DAG file that Airflow 2.10, 2.11 and 3.x load. Pure: the same input gives the same bytes.
 *
 * @param workflow - a validated one: ids are taken as they are
 * @param templates - from `loadTemplates`
 * @throws DkistCoreError TEMPLATE_FAILED when a template fails or a text holds what Python source cannot hold
 * @example
 * renderDag(l0, { releaseName: "vbi_1.0", version: "1.0", ... }, loadTemplates()).path // "l0_to_l1_vbi_1_0.py"
 */
export function renderDag(workflow: WorkflowModel, settings: DagSettings, templates: Templates): RenderedFile {
  return { ...dagPlace(workflow, settings.version), content: templates.render("dag.py", dagView(workflow, settings)) };
}

/** What a workflow's DAG file is called, and the DAG in it. */
export function dagPlace({ workflowName }: WorkflowModel, version: string): Pick<RenderedFile, "path" | "dagId"> {
  const id = dagId(workflowName, version);
  return { path: dagFileName(id), dagId: id };
}

/** A DAG's tags: the workflow's own (with input data, output data and category) and the version; sorted, unique. */
export function dagTags(workflow: WorkflowModel, version: string): string[] {
  return [...new Set([...workflow.tags, version])].sort(byCodeUnit);
}

/** What the template sees: every field is there (null where there is no value), and every list is in its final order. */
function dagView(workflow: WorkflowModel, settings: DagSettings): object {
  return {
    dagId: dagId(workflow.workflowName, settings.version),
    workflowName: workflow.workflowName,
    version: settings.version,
    description: description(workflow, settings.version),
    releaseName: settings.releaseName,
    owner: settings.owner,
    nodeCommand: settings.nodeCommand,
    nodeFlags: nodeFlags(workflow, settings.nodeOptions),
    pausedUponCreation: settings.pausedUponCreation,
    maxActiveRuns: settings.maxActiveRuns,
    killedTaskBackstop: settings.killedTaskBackstop,
    tags: dagTags(workflow, settings.version),
    maxRecipeRunId: Number.MAX_SAFE_INTEGER,
    nodes: workflow.nodes.map(nodeView),
    edges: edges(workflow),
  };
}

function nodeView(node: NodeModel): object {
  return {
    taskName: node.taskName,
    resourceQueue: node.resourceQueue,
    retries: node.retries,
    retryDelaySeconds: node.retryDelaySeconds,
    executionTimeoutSeconds: node.executionTimeoutSeconds,
    pool: node.pool,
    priorityWeight: node.priorityWeight,
    // Airflow's default is left unsaid.
    triggerRule: node.triggerRule === "all_success" ? null : node.triggerRule,
  };
}

/** By downstream in the author's order, as its upstreams were given: the order in which a reader looks for them. */
function edges(workflow: WorkflowModel): { upstream: string; downstream: string }[] {
  return workflow.nodes.flatMap(({ taskName, upstreams }) =>
    [...new Set(upstreams)].map((upstream) => ({ upstream, downstream: taskName })),
  );
}

/** Only of queues that this workflow uses: what another workflow's queue is given must not change this file's bytes. */
function nodeFlags(
  workflow: WorkflowModel,
  nodeOptions: DagSettings["nodeOptions"],
): Record<string, readonly string[]> {
  const queues = [...new Set(workflow.nodes.map((node) => node.resourceQueue))].sort(byCodeUnit);
  return Object.fromEntries(
    queues.flatMap((queue) => (Object.hasOwn(nodeOptions, queue) ? [[queue, nodeOptions[queue] ?? []]] : [])),
  );
}

function description(workflow: WorkflowModel, version: string): string {
  const from = workflow.workflowPackage === null ? "" : `, from ${workflow.workflowPackage}`;
  return `${workflow.workflowName} ${version}${from}`;
}
