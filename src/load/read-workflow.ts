import { taskNameOf, upstreamsOf } from "../authoring/workflow.js";
import type { NodeRecord, TaskClassLike, WorkflowRecord } from "../authoring/brand.js";
import type { Diagnostic } from "../model/diagnostics.js";
import type { Finding } from "../model/finding.js";
import { byCodeUnit, MAX_TAG_LENGTH } from "../model/naming.js";
import { nearestName } from "../model/nearest-name.js";
import { TRIGGER_RULES, type TriggerRule } from "../model/trigger-rules.js";
import type { NodeModel, WorkflowModel } from "../model/workflow-model.js";
import {
  idText,
  integerBetween,
  secondsBetween,
  optional,
  plainText,
  show,
  type Check,
  type Checked,
} from "./option-checks.js";
import { readProperty, Unreadable } from "./read-property.js";
import { authoredName, nameParts } from "./workflow-name.js";

/** What reading one authored Workflow gives: the model, with a usable default for whatever is wrong, and all that is. */
export interface ReadWorkflow {
  readonly model: WorkflowModel;
  readonly findings: readonly Finding[];
}

/** About the largest that Airflow's timedelta columns and a human's patience take. */
const MAX_SECONDS = 10 * 365 * 24 * 3600;
const INT32_MAX = 2 ** 31 - 1;

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
  const classesOf = new Map<string, TaskClassLike[]>();
  for (const { task } of record.nodes) {
    const name = taskNameOf(task);
    const namesakes = classesOf.get(name) ?? [];
    if (!namesakes.includes(task)) classesOf.set(name, [...namesakes, task]);
  }
  const findings: Finding[] = [];
  const { value: workflowName, wrong } = authoredName(details);
  const report: Report = ({ code, field, message, hint }, node) => {
    findings.push({
      severity: "error",
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      location: { file, workflow: workflowName, ...(node === undefined ? {} : { node: node.name }), field },
      at: { workflow: index, ...(node === undefined ? {} : { node: node.index }) },
    });
  };
  for (const { field, message, hint } of wrong) report({ code: "BAD_OPTION", field, message, hint });
  for (const unknown of unknownNames(details, DETAILS, "workflow")) report(unknown);

  const checked = <T>(field: string, value: unknown, check: Check<T>, node?: NodePlace): T => {
    const result = check(value);
    if (value instanceof Unreadable) {
      const hint = `a static ${field} must be a plain value`;
      report({ code: "BAD_OPTION", field, message: `${field} cannot be read: ${value.reason}`, hint }, node);
    } else if (result.wrong !== undefined) {
      const message = `${field} must be ${result.wrong}, but is ${show(value)}`;
      report({ code: "BAD_OPTION", field, message, hint: result.hint }, node);
    }
    return result.value;
  };
  const tags = checked("tags", details["tags"], tagList);
  const model: WorkflowModel = {
    workflowName,
    workflowVersion: checked("workflowVersion", details["workflowVersion"], optional(plainText(1000))),
    tags: [...new Set([...tags, ...nameParts(details)])].sort(byCodeUnit),
    workflowPackage: checked("workflowPackage", details["workflowPackage"], optional(plainText(1000))),
    file,
    nodes: record.nodes.map((node, nodeIndex) => {
      const place = { index: nodeIndex, name: taskNameOf(node.task) };
      for (const unknown of unknownNames(node.options, NODE_OPTIONS, "node")) report(unknown, place);
      for (const upstream of otherClassOfName(node, classesOf)) report(upstream, place);
      return readNode(node, taskClassIndex(node.task), (field, value, check) => checked(field, value, check, place));
    }),
  };
  return { model, findings };
}

interface NodePlace {
  readonly index: number;
  readonly name: string;
}

/** What is wrong, before it has its place. */
interface Wrong extends Pick<Diagnostic, "code" | "message" | "hint"> {
  readonly field: string;
}

type Report = (wrong: Omit<Wrong, "hint"> & { hint?: string | undefined }, node?: NodePlace) => void;

function readNode(
  { task, options }: NodeRecord,
  taskClass: number,
  option: <T>(field: string, value: unknown, check: Check<T>) => T,
): NodeModel {
  const int32 = integerBetween(-INT32_MAX, INT32_MAX, 1);
  const upstreams = upstreamsOf(options["upstreams"]).map((upstream) => taskNameOf(upstream as TaskClassLike));
  option("taskName", readProperty(task, "taskName"), taskNameText);
  return {
    taskName: taskNameOf(task),
    taskClass,
    upstreams: [...new Set(upstreams)],
    resourceQueue: option("resourceQueue", options["resourceQueue"], optional(plainText(256))) ?? "default",
    retries: option("retries", readProperty(task, "retries"), integerBetween(0, 1000, 0)),
    retryDelaySeconds: option(
      "retryDelaySeconds",
      readProperty(task, "retryDelaySeconds"),
      secondsBetween(0, MAX_SECONDS, 60),
    ),
    executionTimeoutSeconds: option(
      "executionTimeoutSeconds",
      readProperty(task, "executionTimeoutSeconds"),
      optional(secondsBetween(1, MAX_SECONDS, 1)),
    ),
    pool: option("pool", options["pool"], optional(idText(256))),
    priorityWeight: option("priorityWeight", options["priorityWeight"], optional(int32)),
    triggerRule: option("triggerRule", options["triggerRule"], triggerRule),
  };
}

const DETAILS = [
  "workflowName",
  "inputData",
  "outputData",
  "category",
  "detail",
  "tags",
  "workflowVersion",
  "workflowPackage",
];
const NODE_OPTIONS = ["upstreams", "resourceQueue", "pool", "priorityWeight", "triggerRule"];

function unknownNames(given: object, known: readonly string[], owner: string): Wrong[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known);
      return {
        code: "BAD_OPTION",
        field: name,
        message: `${name} is not an option of a ${owner}`,
        hint: near === undefined ? `options are ${known.join(", ")}` : `did you mean ${near}?`,
      };
    });
}

/** The model knows upstreams by name alone, so a class that only shares its name with a node is found here. */
function otherClassOfName({ options }: NodeRecord, classesOf: ReadonlyMap<string, readonly unknown[]>): Wrong[] {
  const others = upstreamsOf(options["upstreams"]).filter((upstream) => {
    const name = taskNameOf(upstream as TaskClassLike);
    return name !== "" && classesOf.get(name)?.includes(upstream) === false;
  });
  return [...new Set(others)].map((upstream) => {
    const name = taskNameOf(upstream as TaskClassLike);
    return {
      code: "UNKNOWN_UPSTREAM",
      field: "upstreams",
      message: `upstream ${name} is another class than the node ${name} of this workflow`,
      hint: "import both from the same module",
    };
  });
}

function tagList(value: unknown): Checked<readonly string[]> {
  if (value === undefined) return { value: [] };
  const tag = plainText(MAX_TAG_LENGTH);
  if (!Array.isArray(value) || value.some((item) => tag(item).wrong !== undefined)) {
    return { value: [], wrong: `a list of texts of 1 to ${MAX_TAG_LENGTH} characters` };
  }
  return { value: value as string[] };
}

/** Looked at for its type alone: what can be a name is a rule's business. */
function taskNameText(value: unknown): Checked<undefined> {
  return value === undefined || typeof value === "string"
    ? { value: undefined }
    : { value: undefined, wrong: "a text" };
}

function triggerRule(value: unknown): Checked<TriggerRule> {
  if (value === undefined) return { value: "all_success" };
  const rule = TRIGGER_RULES.find((name) => name === value);
  if (rule !== undefined) return { value: rule };
  const near = typeof value === "string" ? nearestName(value, TRIGGER_RULES) : undefined;
  const wrong = `one of ${TRIGGER_RULES.join(", ")}`;
  return { value: "all_success", wrong, ...(near === undefined ? {} : { hint: `did you mean ${near}?` }) };
}
