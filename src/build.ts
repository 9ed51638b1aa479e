/**
 * What the commands on client repos and releases do, as functions. An ES module.
 *
 *     argv + environment + config file
 *       -> resolveConfig -> discover -> loadClient -> checkRules        (withClientRepo)
 *       -> readSourceState                                              (releaseSource)
 *       -> collectAssets -> locateTasks -> bundleTasks                  (bundleRepo)
 *       -> startBundles -> renderDag -> compileWithPython -> checkWithAirflow
 *       -> describeRelease -> renderSbom -> planArtifacts -> prepareReportPage -> writeRelease
 *
 * and for two descriptions of releases, read or made: releaseChanges; for a release that is built:
 *
 *     release manifest -> verifyReleaseManifest -> surveyAndPlan -> applyPlan                (deploy)
 *
 * @module dkist-processing-core/build
 * @packageDocumentation
 */
import type { AirflowChoice, CheckLevel } from "./check-rendered.js";
import { clientRepoRequest, withClientRepo } from "./client-repo.js";
import { workflowsWithDagIds } from "./describe-release.js";
import type { DeployOptions, DeployResult } from "./deploy.js";
import type { DiffOptions } from "./diff-releases.js";
import type { GraphFormat, GraphResult } from "./draw-workflows.js";
import type { BundleSummary, WrittenArtifact } from "./model/artifact.js";
import type { StartedProcess } from "./load/started-process.js";
import { isClean, type Diagnostic } from "./model/diagnostics.js";
import { silent, type Progress } from "./model/progress.js";
import type { Comparison } from "./model/release-changes.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import type { PromoteOptions, PromoteResult } from "./promote.js";
import type { PruneOptions, PruneResult } from "./prune.js";
import type { ReleasesOptions, ReleasesResult } from "./releases.js";
import type { RunOptions, RunResult } from "./run-workflow.js";
import type { VerifyOptions, VerifyResult } from "./verify.js";

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
export type { DeployOptions, DeployResult } from "./deploy.js";
export type { ReleasesOptions, ReleasesResult } from "./releases.js";
export type { VerifyOptions, VerifyResult } from "./verify.js";
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
  /** @internal The process for the client's modules, where the command line has started it already. */
  readonly startedProcess?: StartedProcess;
}

/** What {@link drawWorkflows} takes. */
export interface DrawOptions extends BuildOptions {
  /** Workflow names or DAG ids. Default: all. */
  readonly workflows?: readonly string[];
  /** Default: `mermaid`. */
  readonly format?: GraphFormat;
}

/** What {@link exportDags} takes. */
export interface ExportOptions extends BuildOptions {
  /** The folder. Default: the config's `dagsDir`. */
  readonly path?: string;
}

/** What {@link validateWorkflows} takes. */
export interface ValidateOptions extends BuildOptions {
  /** The Python of an Airflow, `auto` (default) or `none`. */
  readonly airflow?: AirflowChoice;
}

/** What {@link buildRelease} takes. */
export interface BuildReleaseOptions extends ValidateOptions {
  /** The folder. Default: the config's `outDir`. */
  readonly out?: string;
  /** Replace a released version by other content. */
  readonly force?: boolean;
  /** Release a client repo that differs from its commit. */
  readonly allowDirty?: boolean;
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
 * @param options - which client repo, and which version
 * @returns the workflows, also where some are broken; `ok` when no finding is an error
 * @throws DkistCoreError BAD_CONFIG for its config, LOAD_CRASHED where its modules cannot be loaded at all, BAD_USAGE for a
 *   folder that is not there; so do all functions on a client repo
 * @example
 * (await listWorkflows({ cwd: "/repos/vbi" })).result?.workflows.map(({ dagId }) => dagId);
 */
export async function listWorkflows(options: BuildOptions = {}): Promise<Outcome<ListResult>> {
  return withClientRepo(clientRepoRequest(options), () => async (repo) => {
    const diagnostics = await repo.diagnose(repo.findings);
    const { name } = repo.config;
    return {
      ok: isClean(diagnostics),
      diagnostics,
      result: { name, version: repo.version, workflows: workflowsWithDagIds(repo) },
    };
  });
}

/**
 * Draws workflows as one document: a Mermaid flowchart, a Graphviz graph, an SVG picture or a page. Workflows with errors
 * are drawn too.
 *
 * @param options - which workflows, and as what
 * @returns the document as text; `ok` when no finding is an error
 * @throws DkistCoreError as {@link listWorkflows}, and BAD_USAGE for a name that no workflow has
 * @example
 * (await drawWorkflows({ workflows: ["l0_to_l1_vbi"], format: "svg" })).result?.text;
 */
export async function drawWorkflows(options: DrawOptions = {}): Promise<Outcome<GraphResult>> {
  return withClientRepo(clientRepoRequest(options), async () => {
    const { drawRepo } = await import("./draw-workflows.js");
    return (repo) => drawRepo(repo, options);
  });
}

/**
 * Runs a workflow on this machine, without Airflow.
 *
 * @param options - see {@link RunOptions}
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
 * @param options - which client repo, which version, and where to
 * @returns the files; no result, and nothing written, where a finding is an error
 * @throws DkistCoreError as {@link listWorkflows}, and WRITE_FAILED, when no file has changed
 * @example
 * await exportDags({ cwd: "/repos/vbi", version: "1.4.0", path: "dags/" });
 */
export async function exportDags(options: ExportOptions = {}): Promise<Outcome<ExportResult>> {
  return withClientRepo({ ...clientRepoRequest(options), dagsDir: options.path }, async (config) => {
    const { exportRepo, prepareTemplates } = await import("./dag-files.js");
    const templates = prepareTemplates(config);
    return (repo) => exportRepo(repo, templates, options.progress ?? silent);
  });
}

/**
 * Checks everything that a release rests on, and writes nothing: the rules, that every Task can be bundled and its bundle
 * starts alone, that the DAG files are Python, and that a real Airflow reads in them what the workflows say.
 *
 * Mirrors `dkist_processing_core.build_utils.validate_workflows`.
 *
 * @param options - which client repo, which version, and with which Airflow
 * @returns what was checked, and what could not be; no result where a finding is an error
 * @throws DkistCoreError as {@link listWorkflows}, and AIRFLOW_UNUSABLE for an Airflow that does not work
 * @example
 * const { ok, diagnostics } = await validateWorkflows({ cwd: "/repos/vbi", airflow: "/opt/airflow/bin/python" });
 */
export async function validateWorkflows(options: ValidateOptions = {}): Promise<Outcome<ValidationResult>> {
  return withClientRepo({ ...clientRepoRequest(options), bundles: true }, async (config) => {
    const { prepareCheck, validateRepo } = await import("./build-release.js");
    const prepared = prepareCheck(config, options);
    return (repo) => validateRepo(repo, prepared, options);
  });
}

/**
 * Builds a release: checks everything, and writes both zips, the report page and the release manifest.
 *
 * @param options - which client repo, which version, where to, and what to allow
 * @returns what was written; no result, and nothing written, where a finding is an error
 * @throws DkistCoreError as {@link validateWorkflows}, and UNCOMMITTED_CHANGES, BAD_ASSET, RELEASE_EXISTS for a version that
 *   was released with other content, WRITE_FAILED; then nothing that was there before has changed
 * @example
 * const { result } = await buildRelease({ cwd: "/repos/vbi", version: "1.4.0" });
 */
export async function buildRelease(options: BuildReleaseOptions = {}): Promise<Outcome<ReleaseResult>> {
  return withClientRepo({ ...clientRepoRequest(options), outDir: options.out, bundles: true }, async (config) => {
    const { prepareCheck, releaseRepo } = await import("./build-release.js");
    const prepared = prepareCheck(config, options);
    return (repo) => releaseRepo(repo, prepared, options);
  });
}

/**
 * Compares two releases, or a release and a client repo, and writes nothing.
 *
 * @param options - see {@link DiffOptions}
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
  return (await import("./verify.js")).verifyRelease(options);
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
  return (await import("./deploy.js")).deployRelease(options);
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
  return (await import("./releases.js")).listReleases(options);
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
