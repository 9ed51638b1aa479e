/**
 * What the commands do, as functions. An ES module.
 *
 *     argv + environment + config file
 *       -> resolveConfig -> discover -> loadClient -> checkRules        (withClientRepo)
 *       -> renderDags
 *       -> locateTasks -> bundleTasks -> startBundles
 *       -> compileWithPython -> checkWithAirflow
 *       -> collectAssets -> planArtifacts -> prepareReportPage -> writeRelease
 *
 * @module dkist-processing-core/build
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { collectAssets } from "./artifact/assets.js";
import { sha256 } from "./artifact/digest.js";
import { planArtifacts, summarizeBundle } from "./artifact/plan.js";
import { readPreviousRelease } from "./artifact/previous-release.js";
import { readSourceState } from "./artifact/source-state.js";
import { putInPlace, writeWhole } from "./artifact/staged-files.js";
import { writeRelease } from "./artifact/write.js";
import { bundleTasks } from "./bundle/bundle-tasks.js";
import { NOTIFIER } from "./bundle/library.js";
import { startBundles } from "./bundle/start-check.js";
import { checkRendered, type AirflowChoice, type CheckLevel } from "./check-rendered.js";
import { withClientRepo, type ClientRepo } from "./client-repo.js";
import { drawing, type GraphFormat, type GraphResult } from "./draw-workflows.js";
import { locateTasks } from "./load/locate-tasks.js";
import type { BundleSummary, ReleaseFacts, WrittenArtifact } from "./model/artifact.js";
import { DkistCoreError, isClean, type Diagnostic } from "./model/diagnostics.js";
import type { Finding } from "./model/finding.js";
import { dagId, releaseName } from "./model/naming.js";
import { nearestName } from "./model/nearest-name.js";
import type { FileEntry, TaskBundle } from "./model/task-bundle.js";
import type { TaskClassModel, WorkflowModel } from "./model/workflow-model.js";
import { renderDags, type DagSettings, type RenderedFile } from "./render/dag.js";
import { loadTemplates, type Templates } from "./render/engine.js";
import { createShim } from "./render/shim.js";
import type { RunOptions, RunResult } from "./run-workflow.js";
import { prepareReportPage } from "./report-page.js";
import { TOOL_VERSION } from "./tool-version.js";

export { DkistCoreError, type Diagnostic, type Location } from "./model/diagnostics.js";
export type {
  BundleSummary,
  ReleaseFacts,
  ReleaseManifest,
  SourceState,
  WrittenArtifact,
  WrittenFile,
} from "./model/artifact.js";
export type { Isolation, NativePlatform, PackageRef } from "./model/task-bundle.js";
export type { NodeModel, WorkflowModel } from "./model/workflow-model.js";
export type { AirflowChoice, CheckLevel } from "./check-rendered.js";
export type { RunEvent, RunFinished, RunStarted, TaskChanged } from "./model/run-events.js";
export type { TaskState } from "./model/task-state.js";
export type { RunNode } from "./engine/run-graph.js";
export type { TaskSummary } from "./engine/task-summaries.js";
export type { RunOptions, RunResult } from "./run-workflow.js";
export type { ConfigFile } from "./config/schema.js";
export type { GraphFormat, GraphResult } from "./draw-workflows.js";

/** What every function takes. All fields have a default. */
export interface BuildOptions {
  /** The client repo. Default: the process's working directory. */
  readonly cwd?: string;
  /** A config file, where it shall not be searched for. */
  readonly configFile?: string;
  /** The release's version. Default: the workflows' own, else BUILD_VERSION, else `dev`. */
  readonly version?: string;
  /** Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** Something that shows stages as they run. */
export interface Progress {
  /**
   * A stage starts.
   *
   * @param stage - one word, e.g. `bundle`
   */
  start(stage: string): void;
  /**
   * The stage is over.
   *
   * @param stage - the same word
   * @param outcome - a few words, e.g. `38 tasks, 3 as folders`
   */
  done(stage: string, outcome: string): void;
}

/** What was found, and what was made; the latter only when no finding is an error. */
export interface Outcome<T> {
  /** No finding is an error. */
  readonly ok: boolean;
  /** All findings, in reading order: by file, line, workflow, node. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was made; null where an error among the findings stopped it. */
  readonly result: T | null;
}

/** What {@link listWorkflows} found. */
export interface ListResult {
  /** The release name. */
  readonly name: string;
  /** The release's version. */
  readonly version: string;
  /** By file, then in the author's order. */
  readonly workflows: readonly (WorkflowModel & {
    /** The workflow's name with the version. */
    readonly dagId: string;
  })[];
}

/** What {@link exportDags} wrote. */
export interface ExportResult {
  /** The DAG files, one a workflow. */
  readonly files: readonly {
    /** As it was asked for: relative to the client repo, or absolute. */
    readonly path: string;
    /** The DAG in it. */
    readonly dagId: string;
    /** Of the file's content: 64 hex digits. */
    readonly sha256: string;
  }[];
}

/** What {@link validateWorkflows} checked. */
export interface ValidationResult {
  /** The release's version. */
  readonly version: string;
  /** By file, then in the author's order. */
  readonly workflows: readonly {
    /** e.g. `l0_to_l1_vbi`. */
    readonly workflowName: string;
    /** The workflow's name with the version. */
    readonly dagId: string;
    /** The module that exports it, relative to the client repo. */
    readonly file: string;
    /** How many nodes it has. */
    readonly nodes: number;
  }[];
  /** One for each Task class. */
  readonly bundles: readonly BundleSummary[];
  /** Which checks ran, and why others could not. */
  readonly levels: readonly CheckLevel[];
}

/** What {@link buildRelease} wrote. */
export interface ReleaseResult extends ValidationResult {
  /** The release name. */
  readonly name: string;
  /** Both zips. */
  readonly artifacts: readonly WrittenArtifact[];
  /** The path of the page that shows the release to people. */
  readonly report: string;
  /** The release manifest's path. */
  readonly manifest: string;
}

/**
 * Loads a client repo's workflows and checks the rules.
 *
 * @throws DkistCoreError when it cannot be done at all
 * @example
 * (await listWorkflows({ cwd: "/repos/vbi" })).result?.workflows.map(({ dagId }) => dagId);
 */
export async function listWorkflows(options: BuildOptions = {}): Promise<Outcome<ListResult>> {
  return withClientRepo(configRequest(options), async (repo) => {
    const diagnostics = await repo.diagnose(repo.findings);
    const { name } = repo.config;
    return {
      ok: isClean(diagnostics),
      diagnostics,
      result: { name, version: repo.version, workflows: described(repo) },
    };
  });
}

/**
 * Draws workflows as one document: a Mermaid flowchart, a Graphviz graph, an SVG picture or a page. Workflows with errors
 * are drawn too.
 *
 * @param options - `workflows`: workflow names or DAG ids, default all; `format`: default `mermaid`
 * @throws DkistCoreError when it cannot be done at all, and BAD_USAGE for a name that no workflow has
 * @example
 * (await drawWorkflows({ workflows: ["l0_to_l1_vbi"], format: "svg" })).result?.text;
 */
export async function drawWorkflows(
  options: BuildOptions & { readonly workflows?: readonly string[]; readonly format?: GraphFormat } = {},
): Promise<Outcome<GraphResult>> {
  const progress = options.progress ?? silent;
  progress.start("load");
  return withClientRepo(configRequest(options), async (repo) => {
    progress.done("load", countOf(repo));
    const diagnostics = await repo.diagnose(repo.findings);
    progress.start("draw");
    const result = await drawing(repo, options.workflows ?? [], options.format ?? "mermaid", templatesOf(repo));
    progress.done("draw", `${result.workflows.length} workflows as ${result.format}`);
    return { ok: isClean(diagnostics), diagnostics, result };
  });
}

/**
 * Runs a workflow on this machine, without Airflow: see {@link RunOptions}.
 *
 * @returns `ok` when no task failed and the run came to its end
 * @throws DkistCoreError when it cannot be run
 * @example
 * await runWorkflow({ cwd: "/repos/vbi", workflow: "l0_to_l1_vbi", recipeRunId: 7 });
 */
export async function runWorkflow(options: RunOptions): Promise<Outcome<RunResult>> {
  // Loaded here, as no other command runs anything.
  return (await import("./run-workflow.js")).runWorkflow(options);
}

/**
 * Renders the DAG files and puts them in place; nothing else in the folder is touched.
 *
 * Mirrors `dkist_processing_core.build_utils.export_dags`.
 *
 * @param options - `path`: the folder, default the config's `dagsDir`
 * @throws DkistCoreError when it cannot be done at all
 * @example
 * await exportDags({ cwd: "/repos/vbi", version: "1.4.0", path: "dags/" });
 */
export async function exportDags(
  options: BuildOptions & { readonly path?: string } = {},
): Promise<Outcome<ExportResult>> {
  const progress = options.progress ?? silent;
  progress.start("load");
  return withClientRepo({ ...configRequest(options), dagsDir: options.path }, async (repo) => {
    progress.done("load", countOf(repo));
    const diagnostics = await repo.diagnose(repo.findings);
    if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

    progress.start("render");
    const rendered = render(repo, templatesOf(repo));
    const { root, dagsDir } = repo.config;
    await putInPlace(
      rendered.map((file) => ({
        target: path.resolve(root, dagsDir, file.path),
        write: (temporary) => writeWhole(temporary, file.content),
      })),
    );
    progress.done("render", `${rendered.length} DAG files`);
    const files = rendered.map((file) => ({
      path: path.join(dagsDir, file.path),
      dagId: file.dagId,
      sha256: sha256(file.content),
    }));
    return { ok: true, diagnostics, result: { files } };
  });
}

/**
 * Checks everything that a release rests on, and writes nothing: the rules, that every Task can be bundled and its bundle
 * starts alone, that the DAG files are Python, and that a real Airflow reads in them what the workflows say.
 *
 * Mirrors `dkist_processing_core.build_utils.validate_workflows`.
 *
 * @param options - `airflow`: the Python of an Airflow, `auto` (default) or `none`
 * @throws DkistCoreError when it cannot be done at all
 * @example
 * const { ok, diagnostics } = await validateWorkflows({ cwd: "/repos/vbi", airflow: "/opt/airflow/bin/python" });
 */
export async function validateWorkflows(
  options: BuildOptions & { readonly airflow?: AirflowChoice } = {},
): Promise<Outcome<ValidationResult>> {
  const progress = options.progress ?? silent;
  progress.start("load");
  return withClientRepo(configRequest(options), async (repo) => {
    progress.done("load", countOf(repo));
    const { diagnostics, checked } = await check(repo, options.airflow ?? "auto", progress);
    return { ok: isClean(diagnostics), diagnostics, result: validation(repo, checked) };
  });
}

/**
 * Builds a release: checks everything, and writes both zips, the report page and the release manifest.
 *
 * @param options - `out`: the folder, default the config's `outDir`; `force`: replace a released version by other content;
 *   `airflow`: as for {@link validateWorkflows}
 * @throws DkistCoreError when it cannot be done at all; then nothing that was there before has changed
 * @example
 * const { result } = await buildRelease({ cwd: "/repos/vbi", version: "1.4.0" });
 */
export async function buildRelease(
  options: BuildOptions & { readonly airflow?: AirflowChoice; readonly out?: string; readonly force?: boolean } = {},
): Promise<Outcome<ReleaseResult>> {
  const progress = options.progress ?? silent;
  progress.start("load");
  return withClientRepo({ ...configRequest(options), outDir: options.out }, async (repo) => {
    progress.done("load", countOf(repo));
    const { diagnostics, checked } = await check(repo, options.airflow ?? "auto", progress);
    if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

    progress.start("pack");
    const { config, version } = repo;
    const artifacts = planArtifacts({
      name: config.name,
      version,
      dags: checked.rendered,
      bundles: checked.bundles,
      assets: checked.assets,
      notifier: await readFile(NOTIFIER),
    });
    const source = await readSourceState(config.root);
    const describe = (written: readonly WrittenArtifact[]): ReleaseFacts => ({
      formatVersion: 1,
      name: config.name,
      version,
      toolVersion: TOOL_VERSION,
      ...source,
      node: { builtWith: process.versions.node, target: config.node },
      artifacts: written,
      workflows: described(repo),
      bundles: checked.bundles.map(summarizeBundle),
    });
    const folder = path.resolve(config.root, config.outDir);
    const previous = await readPreviousRelease(folder, config.name, version);
    const page = await prepareReportPage(repo.client.workflows, checked.levels, previous, templatesOf(repo));
    const manifest = await writeRelease(folder, artifacts, { describe, page }, options.force ?? false);
    progress.done(
      "pack",
      source.gitCommit === null
        ? "no git commit"
        : `git ${source.gitCommit.slice(0, 7)}${source.gitDirty === true ? " (dirty)" : ""}`,
    );
    const result = {
      ...validation(repo, checked),
      name: config.name,
      artifacts: manifest.artifacts.map((artifact) => ({ ...artifact, path: path.join(config.outDir, artifact.path) })),
      report: path.join(config.outDir, manifest.report.path),
      manifest: path.join(config.outDir, `${releaseName(config.name, version)}.json`),
    };
    return { ok: true, diagnostics, result };
  });
}

/** What the checks made on their way; empty from the first stage on that found an error. */
interface Checked {
  readonly rendered: readonly RenderedFile[];
  readonly bundles: readonly TaskBundle[];
  readonly assets: readonly FileEntry[];
  readonly levels: readonly CheckLevel[];
}

/** A misspelt task name in the config would be passed over in silence. */
function refuseUnknownTasks(tasks: Readonly<Record<string, unknown>>, known: readonly TaskClassModel[]): void {
  const names = known.map(({ taskName }) => taskName);
  const unknown = Object.keys(tasks).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, names);
  throw new DkistCoreError("BAD_CONFIG", `tasks.${unknown} is no Task of this client repo`, {
    hint: near === undefined ? "remove it" : `did you mean ${near}?`,
    location: { field: `tasks.${unknown}` },
  });
}

async function check(
  repo: ClientRepo,
  airflow: AirflowChoice,
  progress: Progress,
): Promise<{ diagnostics: Diagnostic[]; checked: Checked }> {
  const levels: CheckLevel[] = [{ level: "rules", ran: true }];
  const stop = async (findings: readonly Finding[], bundles: readonly TaskBundle[] = []) => ({
    diagnostics: await repo.diagnose(findings),
    checked: { rendered: [], bundles, assets: [], levels },
  });
  const { config } = repo;
  const templates = templatesOf(repo);
  const assets = await collectAssets(config.root, config.assets);
  progress.start("bundle");
  const located = await locateTasks(config.root, repo.files, repo.client);
  if (!isClean(repo.findings)) return stop([...repo.findings, ...located.findings]);
  refuseUnknownTasks(config.tasks, repo.client.taskClasses);
  const bundled = await bundleTasks(located.tasks, {
    root: config.root,
    target: config.node,
    external: config.external,
    tasks: config.tasks,
    shim: createShim(templates),
  });
  const folders = bundled.bundles.filter(({ isolation }) => isolation === "folder").length;
  progress.done("bundle", `${bundled.bundles.length} tasks${folders === 0 ? "" : `, ${folders} as folders`}`);

  progress.start("start");
  const started = await startBundles(bundled.bundles);
  levels.push({ level: "bundles", ran: true });
  progress.done("start", `${bundled.bundles.length - started.length} of ${bundled.bundles.length} start alone`);
  const findings = [...repo.findings, ...located.findings, ...bundled.findings, ...started];
  if (!isClean(findings)) return stop(findings, bundled.bundles);

  const rendered = render(repo, templates);
  const judged = await checkRendered(rendered, repo.client.workflows, dagSettings(repo), {
    root: config.root,
    choice: airflow,
    configured: config.airflow.python,
    progress,
  });
  return {
    diagnostics: await repo.diagnose([...findings, ...judged.diagnostics]),
    checked: { rendered, bundles: bundled.bundles, assets, levels: [...levels, ...judged.levels] },
  };
}

function render(repo: ClientRepo, templates: Templates): RenderedFile[] {
  return renderDags(repo.client.workflows, dagSettings(repo), templates);
}

function templatesOf({ config }: ClientRepo): Templates {
  return loadTemplates(config.templates === undefined ? undefined : path.resolve(config.root, config.templates));
}

function dagSettings({ config, version }: ClientRepo): DagSettings {
  const { owner, nodeCommand, pausedUponCreation, maxActiveRuns, killedTaskBackstop } = config.airflow;
  return {
    releaseName: releaseName(config.name, version),
    version,
    owner,
    nodeCommand,
    pausedUponCreation,
    maxActiveRuns: maxActiveRuns ?? null,
    killedTaskBackstop,
    nodeOptions: config.nodeOptions,
  };
}

function described({ client, version }: ClientRepo): ListResult["workflows"] {
  return client.workflows.map((workflow) => ({ ...workflow, dagId: dagId(workflow.workflowName, version) }));
}

function validation(repo: ClientRepo, { bundles, levels }: Checked): ValidationResult {
  const workflows = described(repo).map(({ workflowName, dagId, file, nodes }) => ({
    workflowName,
    dagId,
    file,
    nodes: nodes.length,
  }));
  return { version: repo.version, workflows, bundles: bundles.map(summarizeBundle), levels };
}

function countOf({ client, version }: ClientRepo): string {
  const nodes = client.workflows.reduce((sum, workflow) => sum + workflow.nodes.length, 0);
  return `${client.workflows.length} workflows, ${nodes} nodes, version ${version}`;
}

function configRequest({ cwd, configFile, version, env }: BuildOptions) {
  return { cwd: cwd ?? process.cwd(), configFile, version, env: env ?? process.env };
}

const silent: Progress = { start: () => undefined, done: () => undefined };
