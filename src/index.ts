/**
 * What a client repo writes Tasks and Workflows with.
 *
 * @packageDocumentation
 */
export { ResourceQueue, type CustomResourceQueues } from "./authoring/resource-queue.js";
export {
  TaskBase,
  TaskSkipped,
  type JsonValue,
  type LogFields,
  type TaskContext,
  type TaskLog,
} from "./authoring/task.js";
export {
  Workflow,
  type ComposedWorkflow,
  type NamedWorkflow,
  type NodeOptions,
  type TaskClass,
  type WorkflowNode,
  type WorkflowOptions,
} from "./authoring/workflow.js";
export type { TriggerRule } from "./model/trigger-rules.js";
