/**
 * What a client repo writes Tasks and Workflows with. It loads as an ES module and as CommonJS.
 *
 * @module dkist-processing-core
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
  type TaskOptions,
  type WorkflowNode,
  type WorkflowOptions,
} from "./authoring/workflow.js";
export type { TriggerRule } from "./model/trigger-rules.js";
