import { upstreamsOf } from "../authoring/workflow.js";
import type { NodeRecord, TaskClassLike, WorkflowRecord } from "../authoring/brand.js";
import type { Diagnostic } from "../model/diagnostics.js";
import type { Finding } from "../model/finding.js";
import { byCodeUnit, composedWorkflowName, MAX_TAG_LENGTH } from "../model/naming.js";
import { TRIGGER_RULES, type TriggerRule } from "../model/trigger-rules.js";
import type { NodeModel, WorkflowModel } from "../model/workflow-model.js";
import { integerBetween, secondsBetween, optional, plainText, show, type Check } from "./option-checks.js";

/** What reading one authored Workflow gives: the model, with a usable default for whatever is wrong, and all that is. */
export interface ReadWorkflow {
  readonly model: WorkflowModel;
  readonly findings: readonly Finding[];
}

/** About the largest that Airflow's timedelta columns and a human's patience take. */
const MAX_SECONDS = 10 * 365 * 24 * 3600;
const INT32_MAX = 2 ** 31 - 1;
const NAME_PARTS = ["inputData", "outputData", "category"] as const;

/**
 * Turns what an author wrote (unchecked, in any copy of the library) into plain data, and reports every value of the wrong
 * kind as BAD_OPTION. Rules about names and graphs come later, on the model.
 *
 * @param index - the workflow's place among the loaded ones, for the findings
 * @param file - the module, relative to the client repo
 * @param taskClassIndex - gives each Task class its number
 */
export function readWorkflow(
  record: WorkflowRecord,
  index: number,
  file: string,
  taskClassIndex: (task: TaskClassLike) => number,
): ReadWorkflow {
  const { details } = record;
  const findings: Finding[] = [];
  const name = workflowNameOf(details);
  const workflowName = name.value;

  const report = (field: string, message: string, hint: string | undefined, node?: { index: number; name: string }): void => {
    findings.push({
      severity: "error",
      code: "BAD_OPTION",
      message,
      ...(hint === undefined ? {} : { hint }),
      location: { file, workflow: workflowName, ...(node === undefined ? {} : { node: node.name }), field },
      at: { workflow: index, ...(node === undefined ? {} : { node: node.index }) },
    });
  };
  for (const wrong of name.wrong) report(wrong.field, wrong.message, wrong.hint);

  const checked = <T>(field: string, value: unknown, check: Check<T>, node?: { index: number; name: string }): T => {
    const result = check(value);
    if (result.wrong !== undefined) report(field, `${field} must be ${result.wrong}, but is ${show(value)}`, undefined, node);
    return result.value;
  };

  const authorTags = checked("tags", details["tags"], tagList);
  const nameParts = [...NAME_PARTS].flatMap((part) => (typeof details[part] === "string" ? [details[part]] : []));
  const model: WorkflowModel = {
    workflowName,
    workflowVersion: checked("workflowVersion", details["workflowVersion"], optional(plainText(1000))),
    tags: [...new Set([...authorTags, ...nameParts])].sort(byCodeUnit),
    workflowPackage: checked("workflowPackage", details["workflowPackage"], optional(plainText(1000))),
    file,
    nodes: record.nodes.map((node, nodeIndex) => readNode(node, nodeIndex)),
  };
  return { model, findings };

  function readNode(node: NodeRecord, nodeIndex: number): NodeModel {
    const taskName = taskNameOf(node.task);
    const at = { index: nodeIndex, name: taskName };
    const statics = node.task as unknown as Readonly<Record<string, unknown>>;
    const option = <T>(field: string, value: unknown, check: Check<T>): T => checked(field, value, check, at);
    for (const field of Object.keys(node.options)) {
      if (!NODE_OPTIONS.includes(field)) report(field, `${field} is not an option of a node`, `options are ${NODE_OPTIONS.join(", ")}`, at);
    }
    return {
      taskName,
      taskClass: taskClassIndex(node.task),
      upstreams: [...new Set(upstreamsOf(node.options["upstreams"]).map((task) => taskNameOf(task as TaskClassLike)))],
      resourceQueue: option("resourceQueue", node.options["resourceQueue"], optional(plainText(256))) ?? "default",
      retries: option("retries", statics["retries"], integerBetween(0, 1000, 0)),
      retryDelaySeconds: option("retryDelaySeconds", statics["retryDelaySeconds"], secondsBetween(0, MAX_SECONDS, 60)),
      executionTimeoutSeconds: option(
        "executionTimeoutSeconds",
        statics["executionTimeoutSeconds"],
        optional(secondsBetween(1, MAX_SECONDS, 1)),
      ),
      pool: option("pool", node.options["pool"], optional(plainText(256))),
      priorityWeight: option("priorityWeight", node.options["priorityWeight"], optional(integerBetween(-INT32_MAX, INT32_MAX, 1))),
      triggerRule: option("triggerRule", node.options["triggerRule"], triggerRule),
    };
  }
}

const NODE_OPTIONS = ["upstreams", "resourceQueue", "pool", "priorityWeight", "triggerRule"];

/** `static taskName` where one is given, else the class's own name; empty for an anonymous class. */
export function taskNameOf(task: TaskClassLike): string {
  const given = (task as unknown as { taskName?: unknown }).taskName;
  return typeof given === "string" ? given : task.name;
}

interface WorkflowName {
  readonly value: string;
  readonly wrong: readonly (Pick<Diagnostic, "message"> & { field: string; hint: string })[];
}

function workflowNameOf(details: WorkflowRecord["details"]): WorkflowName {
  const fields = details["workflowName"] === undefined ? NAME_PARTS : (["workflowName"] as const);
  const optionalFields = details["detail"] === undefined ? [] : ["detail"];
  const wrong = [...fields, ...optionalFields]
    .filter((field) => typeof details[field] !== "string")
    .map((field) => ({
      field,
      message: details[field] === undefined ? `${field} is missing` : `${field} must be a text, but is ${show(details[field])}`,
      hint: "give { workflowName } or { inputData, outputData, category, detail? }",
    }));
  const part = (field: string): string => (typeof details[field] === "string" ? details[field] : "unnamed");
  const value =
    fields.length === 1
      ? part("workflowName")
      : composedWorkflowName({
          inputData: part("inputData"),
          outputData: part("outputData"),
          category: part("category"),
          detail: details["detail"] === undefined ? undefined : part("detail"),
        });
  return { value, wrong };
}

function tagList(value: unknown): { value: readonly string[]; wrong?: string } {
  if (value === undefined) return { value: [] };
  const tag = plainText(MAX_TAG_LENGTH);
  if (!Array.isArray(value) || value.some((item) => tag(item).wrong !== undefined)) {
    return { value: [], wrong: `a list of texts of 1 to ${MAX_TAG_LENGTH} characters` };
  }
  return { value: value as string[] };
}

function triggerRule(value: unknown): { value: TriggerRule; wrong?: string } {
  if (value === undefined) return { value: "all_success" };
  const rule = TRIGGER_RULES.find((name) => name === value);
  return rule === undefined ? { value: "all_success", wrong: `one of ${TRIGGER_RULES.join(", ")}` } : { value: rule };
}
