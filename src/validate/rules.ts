import type { DiagnosticCode } from "../model/diagnostics.js";
import type { Finding } from "../model/finding.js";
import { findCycles } from "../model/graph.js";
import {
  dagFileName,
  ID_RULE,
  isId,
  isVersion,
  MAX_ID_LENGTH,
  MAX_WORKFLOW_NAME_LENGTH,
  VERSION_RULE,
} from "../model/naming.js";
import type { NodeModel, TaskClassModel, WorkflowModel } from "../model/workflow-model.js";
import { nearestName } from "../model/nearest-name.js";

/** What the rules look at: plain data only. */
export interface RuleContext {
  readonly workflows: readonly WorkflowModel[];
  readonly taskClasses: readonly TaskClassModel[];
  /** The release's version; null when the workflows name different ones. */
  readonly version: string | null;
  /** Globs that were searched, for the finding that nothing was found. */
  readonly workflowGlobs: readonly string[];
  readonly resourceQueues: readonly string[];
}

/** One rule: everything that is wrong in its respect. */
export type Rule = (context: RuleContext) => Finding[];

/** Finds all that is wrong with the loaded workflows. Pure; the order of the findings says nothing. */
export function checkRules(context: RuleContext): Finding[] {
  return RULES.flatMap((rule) => rule(context));
}

const noWorkflows: Rule = ({ workflows, workflowGlobs }) =>
  workflows.length > 0
    ? []
    : [
        {
          severity: "error",
          code: "NO_WORKFLOWS",
          message: `no module under ${workflowGlobs.join(", ")} exports a Workflow`,
          hint: 'compile the client repo first, or set "workflows" in the config',
          location: {},
        },
      ];

const noNodes: Rule = ({ workflows }) =>
  eachWorkflow(workflows, (workflow, index) =>
    workflow.nodes.length > 0
      ? []
      : [inWorkflow("NO_NODES", workflow, index, "the workflow has no node", "add one with addNode()")],
  );

const badVersion: Rule = ({ workflows, version }) => {
  if (version === null) {
    const versions = [...new Set(workflows.map((workflow) => workflow.workflowVersion ?? "none"))].join(", ");
    return [
      {
        severity: "error",
        code: "BAD_VERSION",
        message: `a release has one version, but its workflows name several: ${versions}`,
        hint: "give one with --version, or the same workflowVersion to every workflow",
        location: {},
      },
    ];
  }
  if (isVersion(version)) return [];
  return [
    {
      severity: "error",
      code: "BAD_VERSION",
      message: `${JSON.stringify(version)} cannot be a version`,
      hint: `a version is ${VERSION_RULE}`,
      location: {},
    },
  ];
};

const badWorkflowName: Rule = ({ workflows }) =>
  eachWorkflow(workflows, (workflow, index) => {
    const { workflowName } = workflow;
    if (!isId(workflowName)) {
      const message = `${JSON.stringify(workflowName)} cannot be a workflow name`;
      return [inWorkflow("BAD_ID", workflow, index, message, `use ${ID_RULE}`)];
    }
    if (workflowName.length > MAX_WORKFLOW_NAME_LENGTH) {
      const message = `the workflow name has ${workflowName.length} characters; ${MAX_WORKFLOW_NAME_LENGTH} are allowed`;
      return [inWorkflow("NAME_TOO_LONG", workflow, index, message, "shorten it")];
    }
    // With a version's 100 characters it is a dag id that Airflow's 250 hold.
    return [];
  });

const badTaskName: Rule = ({ workflows }) =>
  eachNode(workflows, (node, at) => {
    if (isAnonymous(node.taskName)) {
      const message = "the Task class has no name of its own";
      return [inNode("TASK_ANONYMOUS", node, at, message, "name the class, or give it a static taskName")];
    }
    if (!isId(node.taskName)) {
      return [inNode("BAD_ID", node, at, `${JSON.stringify(node.taskName)} cannot be a task name`, `use ${ID_RULE}`)];
    }
    if (node.taskName.length <= MAX_ID_LENGTH) return NOTHING;
    const message = `the task name has ${node.taskName.length} characters; ${MAX_ID_LENGTH} are allowed`;
    return [inNode("NAME_TOO_LONG", node, at, message, "shorten it")];
  });

const duplicateTask: Rule = ({ workflows }) =>
  eachWorkflow(workflows, (workflow, index) => {
    const seen = new Set<string>();
    return eachNodeOf(workflow, index, (node, at) => {
      const before = seen.size;
      const isNew = seen.add(node.taskName).size > before;
      if (isNew || isAnonymous(node.taskName)) return NOTHING;
      const message = `${node.taskName} is already a node of this workflow`;
      return [
        inNode("DUPLICATE_TASK", node, at, message, "a Task can be placed in a workflow once; make a subclass of it"),
      ];
    });
  });

const selfUpstream: Rule = ({ workflows }) =>
  eachNode(workflows, (node, at) =>
    node.upstreams.includes(node.taskName) && !isAnonymous(node.taskName)
      ? [inNode("SELF_UPSTREAM", node, at, `${node.taskName} is its own upstream`, "remove it from its upstreams")]
      : NOTHING,
  );

const unknownUpstream: Rule = ({ workflows }) =>
  eachWorkflow(workflows, (workflow, index) => {
    const names = workflow.nodes.map((node) => node.taskName);
    const known = new Set(names);
    return eachNodeOf(workflow, index, (node, at) =>
      node.upstreams
        .filter((upstream) => !known.has(upstream))
        .map((upstream) => {
          const near = nearestName(upstream, names);
          const message = `upstream ${upstream === "" ? "(anonymous)" : upstream} is not a node of this workflow`;
          const hint = `${near === undefined ? "" : `did you mean ${near}? Else `}add it with addNode()`;
          return inNode("UNKNOWN_UPSTREAM", node, at, message, hint);
        }),
    );
  });

const cycle: Rule = ({ workflows }) =>
  eachWorkflow(workflows, (workflow, index) =>
    findCycles(
      workflow.nodes.map((node) => ({
        id: node.taskName,
        upstreams: node.upstreams.includes(node.taskName)
          ? node.upstreams.filter((upstream) => upstream !== node.taskName)
          : node.upstreams,
      })),
    ).map((path) => {
      const nodeIndex = workflow.nodes.findIndex((node) => node.taskName === path[0]);
      const shown = path.length > 20 ? [...path.slice(0, 10), `(${path.length - 20} more)`, ...path.slice(-10)] : path;
      const finding = inWorkflow("CYCLE", workflow, index, shown.join(" >> "), "remove one of these upstreams");
      return { ...finding, at: { workflow: index, node: nodeIndex } };
    }),
  );

const duplicateDagId: Rule = ({ workflows }) => {
  const first = new Map<string, WorkflowModel>();
  return eachWorkflow(workflows, (workflow, index) => {
    // Two file names that differ in case alone are one file on some disks.
    const key = dagFileName(workflow.workflowName).toLowerCase();
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, workflow);
      return [];
    }
    const message =
      other.workflowName === workflow.workflowName
        ? `the workflow ${workflow.workflowName} is defined twice: in ${other.file} and in ${workflow.file}`
        : `${workflow.workflowName} (${workflow.file}) and ${other.workflowName} (${other.file}) would share one DAG file: they differ in case, or in "." and "_", alone`;
    return [inWorkflow("DUPLICATE_DAG_ID", workflow, index, message, "rename one of them")];
  });
};

const unknownResourceQueue: Rule = ({ workflows, resourceQueues }) =>
  eachNode(workflows, (node, at) => {
    if (resourceQueues.includes(node.resourceQueue)) return NOTHING;
    const near = nearestName(node.resourceQueue, resourceQueues);
    const message = `${JSON.stringify(node.resourceQueue)} is not a known resource queue`;
    const hint =
      near === undefined
        ? `known ones are ${resourceQueues.join(", ")}; add yours to resourceQueues in the config`
        : `did you mean ${near}? Others are named in the config (resourceQueues)`;
    const finding = inNode("BAD_OPTION", node, at, message, hint);
    return [{ ...finding, location: { ...finding.location, field: "resourceQueue" } }];
  });

const abstractTask: Rule = ({ workflows, taskClasses }) =>
  eachNode(workflows, (node, at) =>
    taskClasses[node.taskClass]?.isAbstract === true
      ? [
          inNode(
            "TASK_ABSTRACT",
            node,
            at,
            `${node.taskName} has no run()`,
            "write run(), or place a subclass that has it",
          ),
        ]
      : NOTHING,
  );

const taskNameClash: Rule = ({ workflows }) => {
  const first = new Map<string, { node: NodeModel; workflow: WorkflowModel }>();
  const reported = new Set<number>();
  return eachNode(workflows, (node, at) => {
    // Folders on a worker may sit on a disk that ignores case.
    const key = node.taskName.toLowerCase();
    const other = first.get(key);
    if (other === undefined) first.set(key, { node, workflow: at.workflow });
    if (other === undefined || other.node.taskClass === node.taskClass || isAnonymous(node.taskName)) return NOTHING;
    if (reported.has(node.taskClass)) return NOTHING;
    reported.add(node.taskClass);
    const message = `two Task classes share the name ${node.taskName} (the other is in ${other.workflow.workflowName})`;
    return [
      inNode("TASK_NAME_CLASH", node, at, message, "a release runs a task by its name: rename one of the classes"),
    ];
  });
};

const RULES: readonly Rule[] = [
  noWorkflows,
  noNodes,
  badVersion,
  badWorkflowName,
  badTaskName,
  duplicateTask,
  selfUpstream,
  unknownUpstream,
  cycle,
  duplicateDagId,
  unknownResourceQueue,
  abstractTask,
  taskNameClash,
];

/** `default` is what an anonymous default export is called. */
function isAnonymous(taskName: string): boolean {
  return taskName === "" || taskName === "default";
}

interface NodePlace {
  readonly workflow: WorkflowModel;
  readonly index: number;
  readonly nodeIndex: number;
}

/** Nearly every answer: a list of its own for each of a hundred thousand nodes would cost more than the rules. */
const NOTHING: readonly Finding[] = [];

function eachWorkflow(
  workflows: readonly WorkflowModel[],
  check: (workflow: WorkflowModel, index: number) => readonly Finding[],
): Finding[] {
  return workflows.flatMap(check);
}

function eachNode(
  workflows: readonly WorkflowModel[],
  check: (node: NodeModel, at: NodePlace) => readonly Finding[],
): Finding[] {
  return eachWorkflow(workflows, (workflow, index) => eachNodeOf(workflow, index, check));
}

function eachNodeOf(
  workflow: WorkflowModel,
  index: number,
  check: (node: NodeModel, at: NodePlace) => readonly Finding[],
): readonly Finding[] {
  const findings: Finding[] = [];
  let nodeIndex = 0;
  for (const node of workflow.nodes) {
    const found = check(node, { workflow, index, nodeIndex });
    if (found.length > 0) findings.push(...found);
    nodeIndex += 1;
  }
  return findings;
}

function inWorkflow(
  code: DiagnosticCode,
  workflow: WorkflowModel,
  index: number,
  message: string,
  hint: string,
): Finding {
  const location = { file: workflow.file, workflow: workflow.workflowName };
  return { severity: "error", code, message, hint, location, at: { workflow: index } };
}

function inNode(code: DiagnosticCode, node: NodeModel, at: NodePlace, message: string, hint: string): Finding {
  const { workflow, index, nodeIndex } = at;
  const location = { file: workflow.file, workflow: workflow.workflowName, node: node.taskName };
  return { severity: "error", code, message, hint, location, at: { workflow: index, node: nodeIndex } };
}
