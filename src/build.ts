/**
 * What the commands do, as functions. An ES module.
 *
 *     argv + environment + config file
 *       -> resolveConfig -> discover -> loadClient -> checkRules        (withClientRepo)
 *       -> readSourceState                                              (releaseSource)
 *       -> collectAssets -> locateTasks -> bundleTasks                  (bundleRepo)
 *       -> startBundles -> renderDags -> compileWithPython -> checkWithAirflow
 *       -> describeRelease -> renderSbom -> planArtifacts -> prepareReportPage -> writeRelease
 *
 * and for two descriptions of releases, read or made: releaseChanges; for a release that is built:
 *
 *     release manifest -> verifyReleaseManifest -> surveyAndPlan -> applyPlan                (release-tools)
 *
 * @module dkist-processing-core/build
 * @packageDocumentation
 */
import path from "node:path";
import { planArtifacts, summarizeBundle } from "./artifact/plan.js";
import { releaseDate } from "./artifact/release-date.js";
import { renderSbom } from "./artifact/sbom.js";
import { writeRelease } from "./artifact/write.js";
import { bundleRepo, templatesOf } from "./bundle-repo.js";
import { readNotifier } from "./bundle/notifier.js";
import { startBundles } from "./bundle/start-check.js";
import { checkRendered, type AirflowChoice, type CheckLevel } from "./check-rendered.js";
import { withClientRepo, type ClientRepo } from "./client-repo.js";
import { dagOptions, described, describeRelease } from "./describe-release.js";
import { counted } from "./model/counted.js";
import { putInPlace, writeWhole } from "./disk/staged-files.js";
import { drawing, type GraphFormat, type GraphResult } from "./draw-workflows.js";
import type { BundleSummary, ReleaseFacts, SourceState, WrittenArtifact } from "./model/artifact.js";
import { sha256 } from "./model/digest.js";
import { isClean, sortDiagnostics, type Diagnostic } from "./model/diagnostics.js";
import type { Finding } from "./model/finding.js";
import { releaseName } from "./model/naming.js";
import type { Comparison } from "./model/release-changes.js";
import { silent, type Progress } from "./model/progress.js";
import type { FileEntry, TaskBundle } from "./model/task-bundle.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import { foreignDagFiles } from "./release/foreign-dag-files.js";
import { readPreviousRelease } from "./release/previous-release.js";
import { checkPaths } from "./release/zip-directory.js";
import { renderDags, type DagSettings, type RenderedFile } from "./render/dag.js";
import type { Templates } from "./render/engine.js";
import type { RunOptions, RunResult } from "./run-workflow.js";
import type { DiffOptions } from "./diff-releases.js";
import { prepareReportPage } from "./report-page.js";
import type { PromoteOptions, PromoteResult } from "./promote.js";
import type { PruneOptions, PruneResult } from "./prune.js";
import { releaseSource } from "./release-source.js";
import type {
  DeployOptions,
  DeployResult,
  ReleasesOptions,
  ReleasesResult,
  VerifyOptions,
  VerifyResult,
} from "./release-tools.js";

export { DkistCoreError, type Diagnostic, type Location } from "./model/diagnostics.js";
export type {
  BundleSummary,
  ManifestFile,
  ReleaseFacts,
  ReleaseManifest,
  SourceState,
  WrittenArtifact,
  WrittenFile,
} from "./model/artifact.js";
export type { Isolation, NativePlatform, PackageRef } from "./model/task-bundle.js";
export type { NodeModel, WorkflowModel } from "./model/workflow-model.js";
export type { AirflowChoice, CheckLevel } from "./check-rendered.js";
export type { Progress } from "./model/progress.js";
export type { RunEvent, RunFinished, RunStarted, TaskChanged } from "./model/run-events.js";
export type { TaskState } from "./model/task-state.js";
export type { NodeAtStart } from "./engine/run-state.js";
export type { TaskSummary } from "./engine/task-summaries.js";
export type { RunOptions, RunResult } from "./run-workflow.js";
export type { DiffOptions } from "./diff-releases.js";
export type {
  Change,
  ChangeDetail,
  ChangeSubject,
  ComparedRelease,
  Comparison,
  DetailValue,
} from "./model/release-changes.js";
export type { DagOptions } from "./model/dag-options.js";
export type { ConfigFile } from "./config/schema.js";
export type { GraphFormat, GraphResult } from "./draw-workflows.js";
export type {
  DeployOptions,
  DeployResult,
  ReleasesOptions,
  ReleasesResult,
  VerifyOptions,
  VerifyResult,
} from "./release-tools.js";
export type { DagsAs, DeployAction, DeployStep } from "./release/deploy-plan.js";
export type { DeployedDagFiles, DeployedHalf, DeployedRelease } from "./release/list-releases.js";
export type { Leftover } from "./release/leftovers.js";
export type { Promotion } from "./release/promotion.js";
export type { PlaceOptions } from "./release-places.js";
export type { PromoteOptions, PromoteResult } from "./promote.js";
export type { PruneOptions, PruneResult } from "./prune.js";

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
  return withClientRepo(configRequest(options), async (repo) => {
    const diagnostics = await repo.diagnose(repo.findings);
    progress.start("draw");
    const result = await drawing(repo, options.workflows ?? [], options.format ?? "mermaid", templatesOf(repo));
    progress.done("draw", `${counted(result.workflows.length, "workflow")} as ${result.format}`);
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
 * Renders the DAG files and puts them in place; nothing else in the folder is touched, and no DAG file of another release
 * is replaced.
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
  return withClientRepo({ ...configRequest(options), dagsDir: options.path }, async (repo) => {
    const diagnostics = await repo.diagnose(repo.findings);
    if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

    progress.start("render");
    const rendered = render(repo, templatesOf(repo));
    const { root, dagsDir, name, templates } = repo.config;
    const folder = path.resolve(root, dagsDir);
    const foreign = await foreignDagFiles(
      folder,
      rendered.map((file) => file.path),
      releaseName(name, repo.version),
      templates === undefined,
    );
    if (foreign.length > 0)
      return { ok: false, diagnostics: sortDiagnostics([...diagnostics, ...foreign]), result: null };

    await putInPlace(
      rendered.map((file) => ({
        target: path.join(folder, file.path),
        write: (temporary) => writeWhole(temporary, file.content),
      })),
    );
    progress.done("render", counted(rendered.length, "DAG file"));
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
  return withClientRepo(configRequest(options), async (repo) => {
    const { diagnostics, checked } = await check(repo, options.airflow ?? "auto", progress);
    return { ok: isClean(diagnostics), diagnostics, result: validation(repo, checked) };
  });
}

/**
 * Builds a release: checks everything, and writes both zips, the report page and the release manifest.
 *
 * @param options - `out`: the folder, default the config's `outDir`; `force`: replace a released version by other content;
 *   `airflow`: as for {@link validateWorkflows}
 *   `allowDirty`: release a client repo that differs from its commit
 * @throws DkistCoreError when it cannot be done at all; then nothing that was there before has changed
 * @example
 * const { result } = await buildRelease({ cwd: "/repos/vbi", version: "1.4.0" });
 */
export async function buildRelease(
  options: BuildOptions & {
    readonly airflow?: AirflowChoice;
    readonly out?: string;
    readonly force?: boolean;
    readonly allowDirty?: boolean;
  } = {},
): Promise<Outcome<ReleaseResult>> {
  const progress = options.progress ?? silent;
  return withClientRepo({ ...configRequest(options), outDir: options.out }, async (repo) => {
    const date = releaseDate(repo.config.environment.sourceDateEpoch);
    const source = await releaseSource(repo, options.allowDirty ?? false);
    const { diagnostics: found, checked } = await check(repo, options.airflow ?? "auto", progress);
    const diagnostics = sortDiagnostics([...found, ...source.warnings]);
    if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

    progress.start("pack");
    const { config, version } = repo;
    const templates = templatesOf(repo);
    const notifier = await readNotifier();
    const description = describeRelease(repo, { ...checked, notifier, templates, source: source.state });
    const artifacts = planArtifacts({
      description,
      dags: checked.rendered,
      bundles: checked.bundles,
      assets: checked.assets,
      notifier: notifier.content,
      sbom: await renderSbom(description, date),
      date,
    });
    const unsafe = artifacts.flatMap(({ fileName, entries }) =>
      checkPaths(
        fileName,
        entries.map((entry) => entry.path),
      ),
    );
    if (unsafe.length > 0)
      return { ok: false, diagnostics: sortDiagnostics([...diagnostics, ...unsafe]), result: null };
    const describe = (written: readonly WrittenArtifact[]): ReleaseFacts => ({
      formatVersion: 1,
      ...description,
      node: { builtWith: process.versions.node, target: config.node },
      artifacts: written,
    });
    const folder = path.resolve(config.root, config.outDir);
    const previous = await readPreviousRelease(folder, config.name, version);
    const page = await prepareReportPage(repo.client.workflows, checked.levels, previous, templates);
    const manifest = await writeRelease(folder, artifacts, { describe, page }, options.force ?? false);
    progress.done("pack", sourceText(source.state));
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

/**
 * Compares two releases, or a release and a client repo, and writes nothing: see {@link DiffOptions}.
 *
 * @returns `ok` when nothing differs; no result where a client repo has errors
 * @throws DkistCoreError when one of them cannot be read
 * @example
 * (await diffReleases({ before: "artifacts/vbi_1.3.0.json", after: "." })).result?.changes
 */
export async function diffReleases(options: DiffOptions): Promise<Outcome<Comparison>> {
  // Loaded here, as no other command compares anything.
  return (await import("./diff-releases.js")).diffReleases(options);
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

/** What the checks made on their way; empty from the first stage on that found an error. */
interface Checked {
  readonly rendered: readonly RenderedFile[];
  readonly bundles: readonly TaskBundle[];
  readonly assets: readonly FileEntry[];
  readonly levels: readonly CheckLevel[];
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
  const templates = templatesOf(repo);
  const { bundles, assets, findings: soFar } = await bundleRepo(repo, templates, progress);
  if (!isClean(repo.findings)) return stop(soFar);

  progress.start("start");
  const started = await startBundles(bundles, (done) =>
    progress.doing?.("start", `${done} of ${bundles.length} tasks`),
  );
  levels.push({ level: "bundles", ran: true });
  progress.done("start", `${bundles.length - started.length} of ${bundles.length} start alone`);
  const findings = [...soFar, ...started];
  if (!isClean(findings)) return stop(findings, bundles);

  const rendered = render(repo, templates);
  const judged = await checkRendered(rendered, repo.client.workflows, dagSettings(repo), {
    root: repo.config.root,
    choice: airflow,
    configured: repo.config.airflow.python,
    progress,
  });
  return {
    diagnostics: await repo.diagnose([...findings, ...judged.diagnostics]),
    checked: { rendered, bundles, assets, levels: [...levels, ...judged.levels] },
  };
}

function render(repo: ClientRepo, templates: Templates): RenderedFile[] {
  return renderDags(repo.client.workflows, dagSettings(repo), templates);
}

function dagSettings(repo: ClientRepo): DagSettings {
  const { config, version } = repo;
  return { releaseName: releaseName(config.name, version), version, ...dagOptions(repo) };
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

function sourceText({ gitCommit, gitDirty }: SourceState): string {
  return gitCommit === null ? "no git commit" : `git ${gitCommit.slice(0, 7)}${gitDirty === true ? " (dirty)" : ""}`;
}

function configRequest({ cwd, configFile, version, env, progress }: BuildOptions) {
  return { cwd: cwd ?? process.cwd(), configFile, version, env: env ?? process.env, progress };
}
