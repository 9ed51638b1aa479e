import { sharedFiles, taskFiles, under } from "./artifact/plan.js";
import { assetsOf, bundleSettings } from "./bundle-repo.js";
import type { BuildOptions } from "./build.js";
import { bundleEach, stopBundling } from "./bundle/bundle-tasks.js";
import { readNotifier } from "./bundle/notifier.js";
import { clientRepoRequest, withClientRepo, type ClientRepo } from "./client-repo.js";
import { resolveConfig } from "./config/load.js";
import { refuseUnknownTasks } from "./config/refuse-unknown-tasks.js";
import { templatesOf } from "./dag-files.js";
import { openCodeFolder, type CodeFolder } from "./engine/code-folder.js";
import { locateTasks } from "./load/locate-tasks.js";
import { counted } from "./model/counted.js";
import { DkistCoreError, isClean, type Diagnostic } from "./model/diagnostics.js";
import type { Finding } from "./model/finding.js";
import { dagId, releaseName } from "./model/naming.js";
import { nearestName } from "./model/nearest-name.js";
import type { NodeModel, WorkflowModel } from "./model/workflow-model.js";
import { readCodeZip } from "./release/read-code-zip.js";

/** One workflow, and on disk all the code that its nodes run. */
export interface RunnableRelease {
  readonly name: string;
  readonly version: string;
  readonly workflowName: string;
  readonly nodes: readonly NodeModel[];
  /** To be removed by who runs it. */
  readonly code: CodeFolder;
  /** Node's own options, by resource queue. */
  readonly nodeOptions: Readonly<Record<string, readonly string[]>>;
}

/** A release that can be run; null where a finding is an error. */
export interface Prepared {
  readonly diagnostics: readonly Diagnostic[];
  readonly release: RunnableRelease | null;
}

/** Which release, and what of it. */
export interface PrepareOptions extends BuildOptions {
  readonly cwd: string;
  readonly workflow: string;
  /** The one node that shall run. */
  readonly only: string | undefined;
  /** Aborted: nothing more is bundled or unpacked. */
  readonly stop: AbortSignal;
}

/**
 * The client repo as it is: bundles the workflow's Tasks as `build` would. Other workflows may be broken.
 *
 * @throws DkistCoreError BAD_USAGE when there is no such workflow or node
 */
export async function prepareFresh(options: PrepareOptions): Promise<Prepared> {
  const { progress } = options;
  return withClientRepo({ ...clientRepoRequest(options), bundles: true }, () => async (repo) => {
    const { client, version, config } = repo;
    const index = indexOf(options.workflow, client.workflows, version);
    const workflow = client.workflows[index];
    if (workflow === undefined) {
      // A module that did not load says why it is not there.
      const general = repo.findings.filter(({ at }) => at === undefined);
      if (!isClean(general)) return { diagnostics: await repo.diagnose(general), release: null };
      throw unknownWorkflow(options.workflow, client.workflows);
    }
    checkOnly(workflow, options.only);
    const own = repo.findings.filter(({ at }) => at === undefined || at.workflow === index);
    if (!isClean(own)) return { diagnostics: await repo.diagnose(own), release: null };

    // Of a module that did not load, nobody knows the Tasks.
    if (isClean(repo.findings)) refuseUnknownTasks(config.tasks, client.taskClasses);
    progress?.start("bundle");
    return laidIn(options.cwd, async (code) => {
      const { tasks, findings } = await layTasks(repo, workflow, index, code, options);
      progress?.done("bundle", counted(tasks, "task"));
      const diagnostics = await repo.diagnose([...own, ...findings]);
      if (!isClean(diagnostics)) return { diagnostics, release: null };
      const { name, nodeOptions } = config;
      const { workflowName, nodes } = workflow;
      return { diagnostics, release: { name, version, workflowName, nodes, code, nodeOptions } };
    });
  });
}

/** Each bundle goes to the disk as it is made: a large workflow's code needs no memory while its tasks run. */
async function layTasks(
  repo: ClientRepo,
  workflow: WorkflowModel,
  index: number,
  code: CodeFolder,
  { only, stop, progress }: PrepareOptions,
): Promise<{ tasks: number; findings: Finding[] }> {
  const { config, version, client } = repo;
  const release = releaseName(config.name, version);
  const { content: notifier } = await readNotifier();
  const shared = sharedFiles({
    assets: await assetsOf(repo),
    notifier,
  });
  await code.lay(shared.map((file) => under(release, file)));
  const located = await locateTasks(await repo.taskModules(), { ...client, workflows: [workflow] });
  const tasks = located.tasks.filter(({ taskName }) => only === undefined || taskName === only);
  let done = 0;
  const { taken, findings } = await bundleEach(tasks, bundleSettings(repo, templatesOf(repo.config)), (bundle) => {
    stop.throwIfAborted();
    progress?.doing?.("bundle", `${++done} of ${tasks.length} tasks`);
    return code.lay(taskFiles(bundle).map((file) => under(release, file)));
  });
  await stopBundling();
  const missing = located.findings.map(({ at, ...finding }) => ({ ...finding, at: { ...at, workflow: index } }));
  return { tasks: taken.length, findings: [...missing, ...findings] };
}

/** Opens a code folder, and removes it again where no release comes of it. */
async function laidIn(root: string, work: (code: CodeFolder) => Promise<Prepared>): Promise<Prepared> {
  const code = await openCodeFolder(root);
  let release: RunnableRelease | null = null;
  try {
    const prepared = await work(code);
    release = prepared.release;
    return prepared;
  } finally {
    if (release === null) await code.remove();
  }
}

/**
 * A release as it was built: its code zip, checked, and the workflow as its release manifest has it.
 *
 * @param zip - absolute
 * @throws DkistCoreError BAD_ARTIFACT; BAD_USAGE when there is no such workflow or node in it
 */
export async function prepareReleased(options: PrepareOptions, zip: string): Promise<Prepared> {
  options.progress?.start("unpack");
  const { name, version, workflows, entries } = await readCodeZip(zip);
  if (options.version !== undefined && options.version !== version) {
    throw new DkistCoreError("BAD_USAGE", `the code zip is of version ${version}, not ${options.version}`, {
      hint: "leave out --version, or give the code zip of that version",
    });
  }
  const workflow = workflows[indexOf(options.workflow, workflows, version)];
  if (workflow === undefined) throw unknownWorkflow(options.workflow, workflows);
  checkOnly(workflow, options.only);
  // Which options Node gets is the only thing that the release does not say by itself.
  const { nodeOptions } = await resolveConfig({ ...clientRepoRequest(options), name });
  return laidIn(options.cwd, async (code) => {
    let files = 0;
    for await (const entry of entries) {
      options.stop.throwIfAborted();
      await code.lay([entry]);
      files += 1;
    }
    options.progress?.done("unpack", `${counted(files, "file")}, version ${version}`);
    const { workflowName, nodes } = workflow;
    return { diagnostics: [], release: { name, version, workflowName, nodes, code, nodeOptions } };
  });
}

function indexOf(wanted: string, workflows: readonly WorkflowModel[], version: string): number {
  const byName = workflows.findIndex(({ workflowName }) => workflowName === wanted);
  return byName >= 0 ? byName : workflows.findIndex(({ workflowName }) => dagId(workflowName, version) === wanted);
}

function unknownWorkflow(wanted: string, workflows: readonly WorkflowModel[]): DkistCoreError {
  const names = workflows.map(({ workflowName }) => workflowName);
  const near = nearestName(wanted, names);
  return new DkistCoreError("BAD_USAGE", `there is no workflow ${wanted}`, {
    hint: near === undefined ? `the workflows are ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

function checkOnly({ workflowName, nodes }: WorkflowModel, only: string | undefined): void {
  const names = nodes.map(({ taskName }) => taskName);
  if (only === undefined || names.includes(only)) return;
  const near = nearestName(only, names);
  throw new DkistCoreError("BAD_USAGE", `${workflowName} has no task ${only}`, {
    hint: near === undefined ? `its tasks are ${names.join(", ")}` : `did you mean ${near}?`,
  });
}
