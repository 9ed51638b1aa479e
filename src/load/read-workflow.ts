import { upstreamsOf } from "../authoring/workflow.js";
import type { NodeRecord, TaskClassLike, WorkflowRecord } from "../authoring/brand.js";
import type { Finding } from "../model/finding.js";
import { byCodeUnit, MAX_TAG_LENGTH } from "../model/naming.js";
import { nearestName } from "../model/nearest-name.js";
import { TRIGGER_RULES, type TriggerRule } from "../model/trigger-rules.js";
import type { NodeModel, WorkflowModel } from "../model/workflow-model.js";
import { idText, integerBetween, optional, plainText, type Check, type Checked } from "./option-checks.js";
import { readOption, type WrongOption } from "./read-option.js";
import type { TaskReader } from "./read-task.js";
import { authoredName, nameParts } from "./workflow-name.js";

/** What reading one authored Workflow gives: the model, with a usable default for whatever is wrong, and all that is. */
export interface ReadWorkflow {
  readonly model: WorkflowModel;
  readonly findings: readonly Finding[];
}

/**
 * Turns what an author wrote (unchecked, in any copy of the library) into plain data, and reports every value of the wrong
 * kind as BAD_OPTION. Rules about names and graphs come later, on the model.
 *
 * @param index - the workflow's place among the loaded ones, for the findings
 * @param file - the module, relative to the client repo
 * @param tasks - reads the Task classes of all workflows
 */
export function readWorkflow(record: WorkflowRecord, index: number, file: string, tasks: TaskReader): ReadWorkflow {
  const { details } = record;
  const { value: workflowName, wrong: wrongName } = authoredName(details);
  const wrong: WrongOption[] = [
    ...wrongName.map((part) => ({ code: "BAD_OPTION" as const, ...part })),
    ...unknownNames(details, DETAILS, "workflow"),
  ];
  const detail = <T>(field: string, check: Check<T>): T => readOption(field, details[field], check, wrong);
  const tags = detail("tags", tagList);
  const workflowVersion = detail("workflowVersion", NAME);
  const workflowPackage = detail("workflowPackage", NAME);

  const findings: Finding[] = wrong.map((one) => ({
    ...finding(one, { file, workflow: workflowName }),
    at: { workflow: index },
  }));
  const classesOf = namesakes(record.nodes, tasks);
  const nodes = record.nodes.map((node, nodeIndex) => {
    const read = readNode(node, tasks, classesOf);
    for (const one of read.wrong) {
      const location = { file, workflow: workflowName, node: read.model.taskName };
      findings.push({ ...finding(one, location), at: { workflow: index, node: nodeIndex } });
    }
    return read.model;
  });
  const model = {
    workflowName,
    workflowVersion,
    tags: [...new Set([...tags, ...nameParts(details)])].sort(byCodeUnit),
    workflowPackage,
    file,
    nodes,
  };
  return { model, findings };
}

function finding({ code, field, message, hint }: WrongOption, location: Finding["location"]): Finding {
  return {
    severity: "error",
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    location: { ...location, field },
  };
}

function readNode(
  { task, options }: NodeRecord,
  tasks: TaskReader,
  classesOf: ReadonlyMap<string, readonly TaskClassLike[]>,
): { readonly model: NodeModel; readonly wrong: readonly WrongOption[] } {
  const { index, taskName, options: ofTask, wrong: wrongInTask } = tasks.read(task);
  const upstreams = upstreamsOf(options["upstreams"]) as readonly TaskClassLike[];
  const wrong = [
    ...unknownNames(options, NODE_OPTIONS, "node"),
    ...otherClassOfName(upstreams, tasks, classesOf),
    ...wrongInTask,
  ];
  const option = <T>(field: string, check: Check<T>): T => readOption(field, options[field], check, wrong);
  const model = {
    taskName,
    taskClass: index,
    upstreams: [...new Set(upstreams.map((upstream) => tasks.nameOf(upstream)))],
    resourceQueue: option("resourceQueue", RESOURCE_QUEUE) ?? "default",
    ...ofTask,
    pool: option("pool", POOL),
    priorityWeight: option("priorityWeight", PRIORITY_WEIGHT),
    triggerRule: option("triggerRule", triggerRule),
  };
  return { model, wrong };
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

const INT32_MAX = 2 ** 31 - 1;
const NAME = optional(plainText(1000));
const RESOURCE_QUEUE = optional(plainText(256));
const POOL = optional(idText(256));
const PRIORITY_WEIGHT = optional(integerBetween(-INT32_MAX, INT32_MAX, 1));
const TAG = plainText(MAX_TAG_LENGTH);

function unknownNames(given: object, known: readonly string[], owner: string): WrongOption[] {
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

/** The Task classes of a workflow's nodes by their names: nearly always one of each. */
function namesakes(nodes: readonly NodeRecord[], tasks: TaskReader): Map<string, TaskClassLike[]> {
  const classesOf = new Map<string, TaskClassLike[]>();
  for (const { task } of nodes) {
    const name = tasks.nameOf(task);
    const known = classesOf.get(name);
    if (known === undefined) classesOf.set(name, [task]);
    else if (!known.includes(task)) known.push(task);
  }
  return classesOf;
}

/** The model knows upstreams by name alone, so a class that only shares its name with a node is found here. */
function otherClassOfName(
  upstreams: readonly TaskClassLike[],
  tasks: TaskReader,
  classesOf: ReadonlyMap<string, readonly TaskClassLike[]>,
): WrongOption[] {
  const others = upstreams.filter((upstream) => {
    const name = tasks.nameOf(upstream);
    return name !== "" && classesOf.get(name)?.includes(upstream) === false;
  });
  return [...new Set(others)].map((upstream) => {
    const name = tasks.nameOf(upstream);
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
  if (!Array.isArray(value) || value.some((item) => TAG(item).wrong !== undefined)) {
    return { value: [], wrong: `a list of texts of 1 to ${MAX_TAG_LENGTH} characters` };
  }
  return { value: value as string[] };
}

function triggerRule(value: unknown): Checked<TriggerRule> {
  if (value === undefined) return { value: "all_success" };
  const rule = TRIGGER_RULES.find((name) => name === value);
  if (rule !== undefined) return { value: rule };
  const near = typeof value === "string" ? nearestName(value, TRIGGER_RULES) : undefined;
  const wrong = `one of ${TRIGGER_RULES.join(", ")}`;
  return { value: "all_success", wrong, ...(near === undefined ? {} : { hint: `did you mean ${near}?` }) };
}
