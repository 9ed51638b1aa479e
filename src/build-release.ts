/** What `test-workflows` and `build` do with a client repo that is loaded; loaded while it is. */
import path from "node:path";
import { planArtifacts, summarizeBundle } from "./artifact/plan.js";
import { releaseDate } from "./artifact/release-date.js";
import { renderSbom } from "./artifact/sbom.js";
import { writeRelease } from "./artifact/write.js";
import type { Outcome, BuildReleaseOptions, ReleaseResult, ValidateOptions, ValidationResult } from "./build.js";
import { bundleRepo } from "./bundle-repo.js";
import { readNotifier } from "./bundle/notifier.js";
import { startBundles } from "./bundle/start-check.js";
import { startedBefore } from "./bundle/started-before.js";
import { checkRendered, choosePython, type AirflowChoice, type CheckLevel } from "./check-rendered.js";
import type { ClientRepo } from "./client-repo.js";
import type { Config } from "./config/load.js";
import { dagSettings, prepareTemplates, renderRepo } from "./dag-files.js";
import { workflowsWithDagIds, describeRelease } from "./describe-release.js";
import type { ReleaseFacts, SourceState, WrittenArtifact } from "./model/artifact.js";
import { isClean, sortDiagnostics, type Diagnostic } from "./model/diagnostics.js";
import type { Finding } from "./model/finding.js";
import { releaseName } from "./model/naming.js";
import { silent, type Progress } from "./model/progress.js";
import type { FileEntry, TaskBundle } from "./model/task-bundle.js";
import { readPreviousRelease } from "./release/previous-release.js";
import { checkPaths } from "./release/zip-directory.js";
import type { RenderedFile } from "./render/dag.js";
import type { Templates } from "./render/engine.js";
import { releaseSource } from "./release-source.js";
import { prepareReportPage } from "./report-page.js";
import type { Python } from "./validate/python.js";

/** What a check will need, made ready while the client's modules are loaded. */
export interface PreparedCheck {
  readonly choice: AirflowChoice;
  /** Asked what it is: on many machines that takes longer than all the rest of a check in which nothing is new. */
  readonly python: Promise<Python | undefined>;
  /** Throws what is wrong with them. */
  readonly templates: () => Templates;
}

export function prepareCheck(config: Config, options: ValidateOptions): PreparedCheck {
  const choice = options.airflow ?? "auto";
  const python = choosePython(choice, config.root, config.airflow.python);
  python.catch(() => undefined); // told to who needs it
  return { choice, python, templates: prepareTemplates(config) };
}

export async function validateRepo(
  repo: ClientRepo,
  prepared: PreparedCheck,
  options: ValidateOptions,
): Promise<Outcome<ValidationResult>> {
  const progress = options.progress ?? silent;
  const { diagnostics, checked } = await check(repo, prepared, progress);
  return { ok: isClean(diagnostics), diagnostics, result: validation(repo, checked) };
}

export async function releaseRepo(
  repo: ClientRepo,
  prepared: PreparedCheck,
  options: BuildReleaseOptions,
): Promise<Outcome<ReleaseResult>> {
  const progress = options.progress ?? silent;
  const date = releaseDate(repo.config.environment.sourceDateEpoch);
  const source = await releaseSource(repo, options.allowDirty ?? false);
  const { diagnostics: found, checked } = await check(repo, prepared, progress);
  const diagnostics = sortDiagnostics([...found, ...source.warnings]);
  if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

  progress.start("pack");
  const { config, version } = repo;
  const templates = prepared.templates();
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
  if (unsafe.length > 0) return { ok: false, diagnostics: sortDiagnostics([...diagnostics, ...unsafe]), result: null };
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
  prepared: PreparedCheck,
  progress: Progress,
): Promise<{ diagnostics: Diagnostic[]; checked: Checked }> {
  const levels: CheckLevel[] = [{ level: "rules", ran: true }];
  const stop = async (findings: readonly Finding[], bundles: readonly TaskBundle[] = []) => ({
    diagnostics: await repo.diagnose(findings),
    checked: { rendered: [], bundles, assets: [], levels },
  });
  const templates = prepared.templates();
  const { bundles, assets, findings: soFar } = await bundleRepo(repo, templates, progress);
  if (!isClean(repo.findings)) return stop(soFar);

  const { root } = repo.config;
  progress.start("start");
  const before = startedBefore(root);
  const unknown = bundles.filter((bundle) => !before.has(bundle));
  const started = await startBundles(unknown, (done) =>
    progress.doing?.("start", `${done} of ${unknown.length} tasks`),
  );
  if (started.length === 0) before.keep(bundles);
  levels.push({ level: "bundles", ran: true });
  progress.done("start", `${bundles.length - started.length} of ${bundles.length} start alone`);
  const findings = [...soFar, ...started];
  if (!isClean(findings)) return stop(findings, bundles);

  const rendered = renderRepo(repo, templates);
  const judged = await checkRendered(rendered, repo.client.workflows, dagSettings(repo), {
    choice: prepared.choice,
    python: await prepared.python,
    root,
    progress,
  });
  return {
    diagnostics: await repo.diagnose([...findings, ...judged.diagnostics]),
    checked: { rendered, bundles, assets, levels: [...levels, ...judged.levels] },
  };
}

function validation(repo: ClientRepo, { bundles, levels }: Checked): ValidationResult {
  const workflows = workflowsWithDagIds(repo).map(({ workflowName, dagId, file, nodes }) => ({
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
