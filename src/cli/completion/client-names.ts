/**
 * The names of a client repo's workflows and tasks, as cheaply as a TAB needs them: from a file in its `.dkist-core`, as long
 * as the config and the workflow modules are what they were when it was written; else from `dkist-core list`, which gets
 * little time.
 */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ListResult } from "../../build.js";
import { makeStateFolder, STATE_FOLDER } from "../../disk/state-folder.js";
import { isId } from "../../model/naming.js";
import type { WorkflowNames } from "./suggest.js";

/** Lists a client repo's workflows; undefined where that cannot be done, or takes too long. */
export type List = (root: string, configFile: string | null) => Promise<ListResult | undefined>;

/** In the folder of our own. */
const NAMES_FILE = "completion.json";
/** What in a client repo can be its config. */
const CONFIG_FILE = /^(?:package\.json|\.dkist-corerc(?:\..+)?|dkist-core\.config\..+)$/;

/** The content of the file. */
interface KnownNames {
  readonly formatVersion: 1;
  readonly configFile: string | null;
  /** The workflow modules, relative to the client repo. */
  readonly modules: readonly string[];
  /** Changes when the config or a workflow module does. */
  readonly state: string;
  readonly workflows: readonly WorkflowNames[];
}

/**
 * A client repo's workflows and their tasks, as far as their names are valid ids: others could mean something to a shell.
 *
 * @param root - the client repo, absolute
 * @param configFile - what `--config` says
 */
export async function workflowNames(
  root: string,
  configFile: string | null,
  list: List,
): Promise<readonly WorkflowNames[]> {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const known = readKnown(root);
  if (known?.configFile === configFile && known.state === stateOf(root, configFile, known.modules)) {
    return valid(known.workflows);
  }
  const listed = (await list(root, configFile))?.workflows ?? [];
  if (listed.length === 0) return [];
  const modules = [...new Set(listed.map(({ file }) => file))];
  const workflows = valid(
    listed.map(({ workflowName, nodes }) => ({ workflowName, taskNames: nodes.map(({ taskName }) => taskName) })),
  );
  keep(root, { formatVersion: 1, configFile, modules, state: stateOf(root, configFile, modules), workflows });
  return workflows;
}

function valid(workflows: readonly WorkflowNames[]): WorkflowNames[] {
  return workflows
    .filter(({ workflowName }) => isId(workflowName))
    .map(({ workflowName, taskNames }) => ({ workflowName, taskNames: taskNames.filter(isId) }));
}

/** Time and size of every config, workflow module and folder of these: a new module changes its folder. */
function stateOf(root: string, configFile: string | null, modules: readonly string[]): string {
  const configs = readdirSync(root).filter((name) => CONFIG_FILE.test(name));
  const folders = new Set(modules.map((module) => path.posix.dirname(module)));
  return [...configs, ...(configFile === null ? [] : [configFile]), ...folders, ...modules]
    .map((name) => {
      const found = statSync(path.resolve(root, name), { throwIfNoEntry: false });
      return `${name} ${found?.mtimeMs ?? "-"} ${found?.size ?? "-"}`;
    })
    .join("\n");
}

function readKnown(root: string): KnownNames | undefined {
  try {
    const known: unknown = JSON.parse(readFileSync(path.join(root, STATE_FOLDER, NAMES_FILE), "utf8"));
    return isKnownNames(known) ? known : undefined;
  } catch {
    return undefined;
  }
}

/** The file lies in the client repo: it may be anything. */
function isKnownNames(known: unknown): known is KnownNames {
  if (typeof known !== "object" || known === null || !("formatVersion" in known) || known.formatVersion !== 1)
    return false;
  const { modules, workflows } = known as { modules?: unknown; workflows?: unknown };
  return isTexts(modules) && Array.isArray(workflows) && workflows.every(isWorkflowNames);
}

function isWorkflowNames(names: unknown): names is WorkflowNames {
  const { workflowName, taskNames } = (names ?? {}) as { workflowName?: unknown; taskNames?: unknown };
  return typeof workflowName === "string" && isTexts(taskNames);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

/** Where it cannot be written, the next TAB takes as long as this one. */
function keep(root: string, names: KnownNames): void {
  try {
    const file = path.join(makeStateFolder(root, "."), NAMES_FILE);
    const part = `${file}.${process.pid}`;
    writeFileSync(part, `${JSON.stringify(names, undefined, 2)}\n`);
    renameSync(part, file);
  } catch {
    return;
  }
}
