/** A client repo's DAG files. Loaded while its modules are. */
import path from "node:path";
import type { ExportResult, Outcome } from "./build.js";
import type { ClientRepo } from "./client-repo.js";
import type { Config } from "./config/load.js";
import { dagOptions } from "./describe-release.js";
import { putInPlace, writeWhole } from "./disk/staged-files.js";
import { counted } from "./model/counted.js";
import { sha256 } from "./model/digest.js";
import { isClean, sortDiagnostics } from "./model/diagnostics.js";
import { releaseName } from "./model/naming.js";
import type { Progress } from "./model/progress.js";
import { foreignDagFiles } from "./release/foreign-dag-files.js";
import { dagPlace, renderDag, type DagSettings, type RenderedFile } from "./render/dag.js";
import { loadTemplates, type Templates } from "./render/engine.js";

/**
 * Renders them and puts them in place.
 *
 * @param preparedTemplates - from {@link prepareTemplates}
 */
export async function exportRepo(
  repo: ClientRepo,
  preparedTemplates: () => Templates,
  progress: Progress,
): Promise<Outcome<ExportResult>> {
  const diagnostics = await repo.diagnose(repo.findings);
  if (!isClean(diagnostics)) return { ok: false, diagnostics, result: null };

  // Nothing more is asked of the client's process, and it may hold much memory.
  repo.client.close();
  progress.start("render");
  const { root, dagsDir, name, templates: ownTemplates } = repo.config;
  const dags = repo.client.workflows.map((workflow) => ({ workflow, fileName: dagPlace(workflow, repo.version).path }));
  const folder = path.resolve(root, dagsDir);
  const foreign = await foreignDagFiles(
    folder,
    dags.map(({ fileName }) => fileName),
    releaseName(name, repo.version),
    ownTemplates === undefined,
  );
  if (foreign.length > 0)
    return { ok: false, diagnostics: sortDiagnostics([...diagnostics, ...foreign]), result: null };

  const templates = preparedTemplates();
  const settings = dagSettings(repo);
  const files: ExportResult["files"][number][] = [];
  await putInPlace(
    dags.map(({ workflow, fileName }) => ({
      target: path.join(folder, fileName),
      // One text after the other: none is needed once it is written.
      write: (temporary) => {
        const { dagId, content } = renderDag(workflow, settings, templates);
        writeWhole(temporary, content);
        files.push({ path: path.join(dagsDir, fileName), dagId, sha256: sha256(content) });
      },
    })),
  );
  progress.done("render", counted(files.length, "DAG file"));
  return { ok: true, diagnostics, result: { files } };
}

/** The package's templates with the client repo's own. */
export function templatesOf({ root, templates }: Config): Templates {
  return loadTemplates(templates === undefined ? undefined : path.resolve(root, templates));
}

/**
 * Reads and compiles what DAG files are made from while there is time for it: the client's modules are being loaded.
 *
 * @returns gives them; throws what is wrong with them, which is told when they are needed
 */
export function prepareTemplates(config: Config): () => Templates {
  try {
    const templates = templatesOf(config);
    templates.prepare("dag.py");
    return () => templates;
  } catch {
    return () => templatesOf(config);
  }
}

export function renderRepo(repo: ClientRepo, templates: Templates): RenderedFile[] {
  const settings = dagSettings(repo);
  return repo.client.workflows.map((workflow) => renderDag(workflow, settings, templates));
}

export function dagSettings(repo: ClientRepo): DagSettings {
  const { config, version } = repo;
  return { releaseName: releaseName(config.name, version), version, ...dagOptions(repo) };
}
