import { composedWorkflowName } from "../model/naming.js";
import type { TriggerRule } from "../model/trigger-rules.js";
import type { NodeModel } from "../model/workflow-model.js";
import { isTaskClass, WORKFLOW_BRAND, type NodeRecord, type TaskClassLike, type WorkflowRecord } from "./brand.js";
import { ResourceQueue } from "./resource-queue.js";
import type { TaskBase } from "./task.js";

/** A Task class as `addNode` takes it: concrete, and made with a TaskContext alone. */
export type TaskClass = (new (...parameters: ConstructorParameters<typeof TaskBase>) => TaskBase) & TaskOptions;

/** The static options that a Task class may carry. */
export interface TaskOptions {
  /** How often Airflow runs a failed task again. */
  readonly retries: number;
  /** Seconds between tries. */
  readonly retryDelaySeconds: number;
  /** Seconds until a try is stopped. */
  readonly executionTimeoutSeconds?: number | undefined;
  /** The task name, where it shall not be the class name. */
  readonly taskName?: string | undefined;
}

/** What every Workflow may say beside its name. */
export interface WorkflowOptions {
  /** Free text, each up to 100 characters; shown in Airflow. */
  readonly tags?: readonly string[];
  /** The release's version, where `--version` gives none; wins over BUILD_VERSION. */
  readonly workflowVersion?: string;
  /** Where the workflow comes from; only shown. */
  readonly workflowPackage?: string;
}

/** A Workflow with a composed name: `<inputData>_to_<outputData>_<category>[_<detail>]`. The first three become tags, too. */
export interface ComposedWorkflow extends WorkflowOptions {
  /** e.g. `l0`. */
  readonly inputData: string;
  /** e.g. `l1`. */
  readonly outputData: string;
  /** e.g. the instrument, `vbi`. */
  readonly category: string;
  /** What tells it apart from others of its category, e.g. `no-speckle`. */
  readonly detail?: string;
  /** Not beside the parts of a composed name. */
  readonly workflowName?: never;
}

/** A Workflow with a plain name. */
export interface NamedWorkflow extends WorkflowOptions {
  /** Up to 100 letters, digits, `_`, `.` and `-`. */
  readonly workflowName: string;
  /** Not beside a plain name. */
  readonly inputData?: never;
  /** Not beside a plain name. */
  readonly outputData?: never;
  /** Not beside a plain name. */
  readonly category?: never;
  /** Not beside a plain name. */
  readonly detail?: never;
}

/** Where and when a Task runs in this Workflow. */
export interface NodeOptions {
  /** None, one or many Tasks that must be done before. An upstream may be added after its downstream. */
  readonly upstreams?: TaskClass | readonly TaskClass[] | null;
  /** Which workers run it. Default `default`. */
  readonly resourceQueue?: ResourceQueue;
  /** An Airflow pool that exists on the scheduler. */
  readonly pool?: string;
  /** Airflow's priority_weight; a whole number. */
  readonly priorityWeight?: number;
  /** When it runs, given how its upstreams ended. Default `all_success`. */
  readonly triggerRule?: TriggerRule;
}

/** A node as plain, frozen data: what its author wrote, with the default for whatever was left out. */
export interface WorkflowNode extends Omit<NodeModel, "taskClass"> {
  /** The Task class that it runs. */
  readonly task: TaskClass;
}

/**
 * A graph of Tasks, independent of any engine.
 *
 * Only what is no Workflow or Task at all throws here; a wrong value is kept with its source line and reported by
 * `dkist-core test-workflows` together with all other findings.
 *
 * @example
 * export const l0 = new Workflow({ inputData: "l0", outputData: "l1", category: "vbi", detail: "no-speckle" });
 * l0.addNode(TransferL0Data).addNode(DarkCalibration, { upstreams: TransferL0Data });
 */
export class Workflow {
  /** @internal */
  readonly [WORKFLOW_BRAND]: WorkflowRecord;
  readonly #nodes: NodeRecord[] = [];

  /**
   * @param details - its name in either form, and its options
   * @throws TypeError when the details are not an object
   */
  constructor(details: ComposedWorkflow | NamedWorkflow) {
    if (typeof (details as unknown) !== "object" || (details as unknown) === null) {
      throw new TypeError(
        "new Workflow() takes an object such as { workflowName } or { inputData, outputData, category }",
      );
    }
    this[WORKFLOW_BRAND] = { format: 1, details: { ...details }, site: callSite(Workflow), nodes: this.#nodes };
  }

  /**
   * Places a Task in this Workflow.
   *
   * @param task - the Task class itself (not an instance of it, and not its name)
   * @param options - its upstreams, and where and when it runs
   * @returns this Workflow, so that calls can be chained
   * @throws TypeError when `task` or an upstream is not a Task class
   */
  addNode(task: TaskClass, options: NodeOptions = {}): this {
    requireTaskClass(task, "addNode() takes a Task class as its first argument");
    if (typeof (options as unknown) !== "object" || (options as unknown) === null) {
      throw new TypeError(`addNode(${task.name}) takes an object of options as its second argument`);
    }
    for (const upstream of upstreamsOf(options.upstreams)) {
      requireTaskClass(upstream, `addNode(${task.name}): upstreams takes Task classes`);
    }
    // `this.addNode` and not the prototype's: the frame above the innermost addNode is the author's line.
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it marks a frame and is not called
    const site = callSite(this.addNode);
    this.#nodes.push({ task, options: copied(options), site });
    return this;
  }

  /** The workflow's name in either form, as far as the details allow it. */
  get workflowName(): string {
    const { details } = this[WORKFLOW_BRAND];
    const { workflowName } = details;
    if (typeof workflowName === "string") return workflowName;
    return composedWorkflowName(details as unknown as ComposedWorkflow);
  }

  /** The tags it was given. */
  get tags(): readonly string[] {
    const { tags } = this[WORKFLOW_BRAND].details;
    return Object.freeze(Array.isArray(tags) ? [...(tags as string[])] : []);
  }

  /**
   * The nodes so far, in the order in which they were added; for a unit test of one's own graph. A wrong value is shown as it
   * was given: `dkist-core test-workflows` is what checks it.
   *
   * @example
   * const dark = l0.nodes.find(({ taskName }) => taskName === "DarkCalibration");
   * assert.deepEqual(dark?.upstreams, ["TransferL0Data"]);
   */
  get nodes(): readonly WorkflowNode[] {
    return Object.freeze(this.#nodes.map(nodeOf));
  }

  /** For people, e.g. `Workflow(l0_to_l1_vbi, 12 nodes)`. */
  toString(): string {
    return `Workflow(${this.workflowName}, ${this.#nodes.length} nodes)`;
  }
}

function nodeOf({ task: given, options: givenOptions }: NodeRecord): WorkflowNode {
  // addNode has seen that these are Task classes; what else is wrong stays to be seen.
  const task = given as TaskClass;
  const options = givenOptions as NodeOptions;
  const upstreams = upstreamsOf(options.upstreams).map((upstream) => taskNameOf(upstream as TaskClassLike));
  return Object.freeze({
    task,
    taskName: taskNameOf(task),
    upstreams: Object.freeze([...new Set(upstreams)]),
    resourceQueue: options.resourceQueue ?? ResourceQueue.DEFAULT,
    retries: task.retries,
    retryDelaySeconds: task.retryDelaySeconds,
    executionTimeoutSeconds: task.executionTimeoutSeconds ?? null,
    pool: options.pool ?? null,
    priorityWeight: options.priorityWeight ?? null,
    triggerRule: options.triggerRule ?? "all_success",
  });
}

/** `static taskName` where one is given, else the class's own name; empty for an anonymous class. */
export function taskNameOf(task: TaskClassLike): string {
  const taskName = readStatic(task, "taskName");
  if (typeof taskName === "string") return taskName;
  // A static member may be called `name`, and be anything.
  const name = readStatic(task, "name");
  return typeof name === "string" ? name : "";
}

/** A getter may throw; that is a finding when workflows are checked, and no reason to have no name. */
function readStatic(task: TaskClassLike, member: string): unknown {
  try {
    return (task as unknown as Readonly<Record<string, unknown>>)[member];
  } catch {
    return undefined;
  }
}

/** One, many or none, as a list. */
export function upstreamsOf(upstreams: unknown): readonly unknown[] {
  if (upstreams === undefined || upstreams === null) return [];
  return Array.isArray(upstreams) ? upstreams : [upstreams];
}

function requireTaskClass(value: unknown, sentence: string): void {
  if (!isTaskClass(value)) {
    throw new TypeError(`${sentence}, but got ${describe(value)}; a Task class extends TaskBase`);
  }
}

function describe(value: unknown): string {
  if (typeof value === "function") return `the function or class ${value.name || "(anonymous)"}`;
  if (typeof value === "object" && value !== null) return `an object (${classNameOf(value)})`;
  return typeof value === "string" ? `the text ${JSON.stringify(value)}` : String(value);
}

function classNameOf(value: object): string {
  const { constructor: maker } = value as { constructor?: { name?: unknown } };
  return typeof maker?.name === "string" ? maker.name : "no class";
}

/** The author may go on changing a list that was given here; what was said stays said. */
function copied(options: NodeOptions): Readonly<Record<string, unknown>> {
  const { upstreams } = options;
  return Array.isArray(upstreams) ? { ...options, upstreams: [...(upstreams as unknown[])] } : { ...options };
}

/** V8 formats `stack` only when it is first read, so recording a site costs microseconds. */
function callSite(above: ((...parameters: never[]) => unknown) | (abstract new (...parameters: never[]) => unknown)): {
  readonly stack?: string;
} {
  const site: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  // The author's line is at the top, or below a few helpers of their own; each frame more costs time for every node.
  Error.stackTraceLimit = 10;
  Error.captureStackTrace(site, above);
  Error.stackTraceLimit = limit;
  return site;
}
