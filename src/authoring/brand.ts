/**
 * `Symbol.for` brands: the CLI and the client repo may each hold a copy of this package, and a CommonJS client a third,
 * so `instanceof` alone would fail silently.
 */

/** Found on every Task class (static), inherited by subclasses. */
export const TASK_BRAND = Symbol.for("dkist-processing-core.task");
/** Found on every Workflow: its {@link WorkflowRecord}. */
export const WORKFLOW_BRAND = Symbol.for("dkist-processing-core.workflow");
/** Found on the error that ends a task as skipped. */
export const TASK_SKIPPED_BRAND = Symbol.for("dkist-processing-core.task-skipped");

/** What an author wrote, unchecked and in any copy of this package: the contract between copies. Only ever added to. */
export interface WorkflowRecord {
  readonly format: 1;
  readonly details: Readonly<Record<string, unknown>>;
  /** An object whose `stack` is formatted only when it is read: naming a line costs nothing until a finding needs it. */
  readonly site: { readonly stack?: string };
  readonly nodes: readonly NodeRecord[];
}

/** One `addNode` call, unchecked. */
export interface NodeRecord {
  readonly task: TaskClassLike;
  readonly options: Readonly<Record<string, unknown>>;
  readonly site: { readonly stack?: string };
}

/** A class that extends some copy of TaskBase. */
export type TaskClassLike = abstract new (...parameters: never[]) => object;

/** Whether a value is a class that extends some copy of TaskBase. */
export function isTaskClass(value: unknown): value is TaskClassLike {
  return typeof value === "function" && TASK_BRAND in value;
}

/** The record of a Workflow made by any copy of this package, or undefined for anything else. */
export function workflowRecord(value: unknown): WorkflowRecord | undefined {
  if (typeof value !== "object" || value === null || !(WORKFLOW_BRAND in value)) return undefined;
  return value[WORKFLOW_BRAND] as WorkflowRecord;
}
