/**
 * The process in which client modules run: whatever they print, throw, patch or end, the command itself stays whole.
 * Started by `client.ts`; its stdout is the command's stderr.
 */
import { pathToFileURL } from "node:url";
import { isTaskClass, type TaskClassLike, type WorkflowRecord } from "../authoring/brand.js";
import type { Finding, WorkflowSites } from "../model/finding.js";
import { messageOf } from "../model/message-of.js";
import type { WorkflowModel } from "../model/workflow-model.js";
import type { ClientMessage, ClientReplies, ClientRequest, LoadedWorkflows, TaskExport } from "./client-protocol.js";
import { findTaskExports } from "./find-task-exports.js";
import { findWorkflows } from "./find-workflows.js";
import { importModules } from "./import-modules.js";
import { readProperty } from "./read-property.js";
import { taskReader } from "./read-task.js";
import { readWorkflow } from "./read-workflow.js";
import { authoredPosition, relative } from "./source-position.js";

// Taken before any client module can replace them.
const send = process.send?.bind(process);
const say = (message: ClientMessage): void => void send?.(message);

let root = "";
let modules: ReadonlySet<string> = new Set();
let records: WorkflowRecord[] = [];
const tasks = taskReader();

process.on("message", (request: ClientRequest) => {
  answer(request).then(
    (value) => say({ kind: "reply", value }),
    (error: unknown) => say({ kind: "failed", reason: messageOf(error) }),
  );
});
process.on("disconnect", () => process.exit());

async function answer(request: ClientRequest): Promise<ClientReplies[ClientRequest["kind"]]> {
  switch (request.kind) {
    case "load":
      return load(request);
    case "sites":
      return sites();
    case "locateTasks":
      return locateTasks(request.modules);
  }
}

async function load(request: ClientRequest & { kind: "load" }): Promise<LoadedWorkflows> {
  root = request.root;
  modules = new Set(request.files);
  const printing = watchStdout(request.files);
  const announce = request.oneByOne ? (file: string): void => say({ kind: "importing", file }) : undefined;
  const imported = await importModules(root, request.files, request.timeoutSeconds, announce);

  const seen = new Set<WorkflowRecord>();
  const workflows: WorkflowModel[] = [];
  const findings: Finding[] = printing();
  for (const module of imported) {
    if ("finding" in module) {
      findings.push(module.finding);
      continue;
    }
    const file = relative(root, module.file);
    for (const record of findWorkflows(module.exports)) {
      if (seen.has(record)) continue;
      seen.add(record);
      const read = readWorkflow(record, workflows.length, file, tasks);
      workflows.push(read.model);
      findings.push(...read.findings);
    }
  }
  records = [...seen];
  return {
    workflows,
    findings,
    taskClasses: tasks.classes().map((task) => ({ taskName: tasks.nameOf(task), isAbstract: !hasRun(task) })),
  };
}

function hasRun(task: TaskClassLike): boolean {
  return isTaskClass(task) && typeof readProperty(task.prototype as object, "run") === "function";
}

function sites(): WorkflowSites[] {
  return records.map((record) => ({
    workflow: authoredPosition(record.site.stack, root, modules),
    nodes: record.nodes.map((node) => authoredPosition(node.site.stack, root, modules)),
  }));
}

async function locateTasks(modules: readonly string[]): Promise<(TaskExport | null)[]> {
  // A module that does not load here cannot be where a Task that was already loaded comes from.
  const imported = await importModules(root, modules, 10, undefined);
  return findTaskExports(
    tasks.classes(),
    imported.flatMap((module) => ("finding" in module ? [] : [{ module: module.file, exports: module.exports }])),
  );
}

/** Notes which of the files print while they load; what they print goes on to the command's stderr. */
function watchStdout(files: readonly string[]): () => Finding[] {
  const printed = new Set<string>();
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((...parameters: Parameters<typeof write>) => {
    const stack = new Error().stack ?? "";
    printed.add(
      files.find((file) => stack.includes(`${file}:`) || stack.includes(`${pathToFileURL(file).href}:`)) ?? "",
    );
    return write(...parameters);
  }) as typeof write;
  return () => {
    process.stdout.write = write;
    return [...printed].map((file) => ({
      severity: "warning",
      code: "LOAD_PRINTED",
      message: "a module prints to stdout while it loads",
      hint: "move it into a task; loading must be silent so that output stays readable by machines",
      location: file === "" ? {} : { file: relative(root, file) },
    }));
  };
}
