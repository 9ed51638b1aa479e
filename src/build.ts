/**
 * What the commands do, as functions.
 *
 *     argv + environment + config file
 *       -> resolveConfig -> discover -> loadClient -> checkRules        (withClientRepo)
 *       -> renderDags
 *       -> locateTasks -> bundleTasks -> startBundles
 *       -> compileWithPython -> checkWithAirflow
 *       -> collectAssets -> planArtifacts -> prepareReportPage -> writeRelease
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { collectAssets } from "./artifact/assets.js";
import { sha256 } from "./model/digest.js";
import { planArtifacts, summarizeBundle } from "./artifact/plan.js";
import { readPreviousRelease } from "./artifact/previous-release.js";
import { readSourceState } from "./artifact/source-state.js";
import { putInPlace, writeWhole } from "./disk/staged-files.js";
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
import type {
  DeployOptions,
  DeployResult,
  ReleasesOptions,
  ReleasesResult,
  VerifyOptions,
  VerifyResult,
} from "./release-tools.js";
import type { PromoteOptions, PromoteResult } from "./promote.js";
import type { PruneOptions, PruneResult } from "./prune.js";
import { TOOL_VERSION } from "./tool-version.js";

export { DkistCoreError, type Diagnostic, type Location } from "./model/diagnostics.js";
export type { BundleSummary, ReleaseManifest, WrittenArtifact } from "./model/artifact.js";
export type { NodeModel, WorkflowModel } from "./model/workflow-model.js";
export type { AirflowChoice, CheckLevel } from "./check-rendered.js";
export type { RunEvent } from "./model/run-events.js";
export type { RunOptions, RunResult } from "./run-workflow.js";
export type { ConfigFile } from "./config/schema.js";
export type { GraphFormat, GraphResult } from "./draw-workflows.js";
export type { PlaceOptions } from "./release-places.js";
export type { PromoteOptions, PromoteResult } from "./promote.js";
export type { PruneOptions, PruneResult } from "./prune.js";
export type {
  DeployOptions,
  DeployResult,
  ReleasesOptions,
  ReleasesResult,
  VerifyOptions,
  VerifyResult,
} from "./release-tools.js";

/** What every function takes. All fields have a default. */
export interface BuildOptions {
  /** The client repo. Default: the process's working directory. */
  readonly cwd?: string;
  /** A config file, where it shall not be searched for. */
  readonly configFile?: string;
  readonly version?: string;
  /** Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** Something that shows stages as they run. */
export interface Progress {
  /** @param stage - one word, e.g. `bundle` */
  start(stage: string): void;
  /** @param outcome - a few words, e.g. `38 tasks, 3 as folders` */
  done(stage: string, outcome: string): void;
}

/** What was found, and what was made; the latter only when no finding is an error. */
export interface Outcome<T> {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly result: T | null;
}

export interface ListResult {
  readonly name: string;
  readonly version: string;
  readonly workflows: readonly (WorkflowModel & { readonly dagId: string })[];
}

export interface ExportResult {
  /** `path` as it was asked for: relative to the client repo, or absolute. */
  readonly files: readonly { readonly path: string; readonly dagId: string; readonly sha256: string }[];
}

export interface ValidationResult {
  readonly version: string;
  readonly workflows: readonly {
    readonly workflowName: string;
    readonly dagId: string;
    readonly file: string;
    readonly nodes: number;
  }[];
  readonly bundles: readonly BundleSummary[];
  /** Which checks ran, and why others could not. */
  readonly levels: readonly CheckLevel[];
}

export interface ReleaseResult extends ValidationResult {
  readonly name: string;
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
 * (await drawWorkflows({ workflows: ["l0_to_l1_vbi"], format: "svg" })).result?.text
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
 * Verifies a release: structure, names, modes, sizes and digests, and that all its parts are of one build. Nothing is
 * unpacked to disk, and never more than the limits allow is unpacked at all.
 *
 * @returns everything that is wrong as diagnostics
 * @throws DkistCoreError BAD_ARTIFACT when it cannot be read
 * @example
 * (await verifyRelease({ path: "artifacts/vbi_1.4.0.json" })).ok
 */
export async function verifyRelease(options: VerifyOptions): Promise<Outcome<VerifyResult>> {
  return (await import("./release-tools.js")).verifyRelease(options);
}

/**
 * Deploys a release: verifies it, unpacks it beside its places, reads that back, and renames it into place, the code first
 * and the DAG files last. Whoever reads there sees all of a version's code or none, and every DAG file whole.
 *
 * A version that is there already with this content is left alone; with other content it is refused, except `dev`.
 *
 * @returns with what is wrong or refused as diagnostics; then nothing has changed
 * @throws DkistCoreError BAD_USAGE for folders that are not there, BAD_ARTIFACT, WRITE_FAILED
 * @example
 * await deployRelease({ release: "artifacts/vbi_1.4.0.json", codeMounts: ["/code"], dags: "/opt/airflow/dags" });
 */
export async function deployRelease(options: DeployOptions): Promise<Outcome<DeployResult>> {
  return (await import("./release-tools.js")).deployRelease(options);
}

/**
 * Lists the releases that are deployed, each with whether it is whole.
 *
 * @returns what is broken as diagnostics
 * @throws DkistCoreError BAD_USAGE for folders that are not there, BAD_ARTIFACT
 * @example
 * (await listReleases({ codeMounts: ["/code"], dags: "/opt/airflow/dags" })).result?.releases
 */
export async function listReleases(options: ReleasesOptions = {}): Promise<Outcome<ReleasesResult>> {
  return (await import("./release-tools.js")).listReleases(options);
}

/**
 * Promotes a deployed version: writes the alias DAGs `<workflow>_latest`, which start it with the same conf, so that who
 * submits runs need not know versions. Promoting an older version is the rollback.
 *
 * @returns with what is wrong with the release as diagnostics; then nothing has changed
 * @throws DkistCoreError BAD_USAGE for a version that is not there, BAD_ARTIFACT, WRITE_FAILED
 * @example
 * await promoteRelease({ version: "1.4.0", dags: "/opt/airflow/dags" });
 */
export async function promoteRelease(options: PromoteOptions): Promise<Outcome<PromoteResult>> {
  return (await import("./promote.js")).promoteRelease(options);
}

/**
 * Removes old versions that Airflow does not need any more: never one with queued or running runs, never the promoted one,
 * never one that Airflow says nothing certain about. What is removed lies in the trash of its folder.
 *
 * @param options - without `yes` nothing is changed
 * @throws DkistCoreError BAD_USAGE, BAD_ARTIFACT, AIRFLOW_NO_ANSWER, WRITE_FAILED
 * @example
 * await pruneReleases({ keep: 3, airflowUrl: "https://airflow.example.org", codeMounts: ["/code"], dags: "/dags", yes: true });
 */
export async function pruneReleases(options: PruneOptions): Promise<Outcome<PruneResult>> {
  return (await import("./prune.js")).pruneReleases(options);
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
 * @throws DkistCoreError when it cannot be done at all
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
 * @param options - `out`: the folder, default the config's `outDir`; `force`: replace a released version by other content
 * @throws DkistCoreError when it cannot be done at all; then nothing that was there before has changed
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
