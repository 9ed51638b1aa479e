import type { Artifact, ArtifactManifest, BundleSummary, ReleaseDescription } from "../model/artifact.js";
import { digestOf, manifestFile } from "../model/digest.js";
import { byCodeUnit, releaseName } from "../model/naming.js";
import type { FileEntry, TaskBundle } from "../model/task-bundle.js";

/** What goes into a release. */
export interface ReleaseContent {
  readonly description: ReleaseDescription;
  readonly dags: readonly { readonly path: string; readonly content: string }[];
  readonly bundles: readonly TaskBundle[];
  /** Paths relative to the assets folder. */
  readonly assets: readonly FileEntry[];
  /** The program that sends the failure message, one file. */
  readonly notifier: Uint8Array;
  /** The software bill of materials, as JSON. */
  readonly sbom: string;
  /** The time of every entry of the zips; null: the one that all releases have. */
  readonly date: Date | null;
}

/**
 * Plans both zips: which files, with which bytes, in which order. Pure; nothing is written yet.
 *
 * The code zip unpacks to `<name>_<version>/` under `$CODE_MOUNT`. The workflow zip has the DAG files at its root, because
 * Airflow parses no others, and can be given to Airflow as it is.
 */
export function planArtifacts(content: ReleaseContent): Artifact[] {
  const { description, date } = content;
  const release = releaseName(description.name, description.version);
  const code = [...content.bundles.flatMap(taskFiles), ...sharedFiles(content), text("sbom.cdx.json", content.sbom)];
  const dags = content.dags.map((dag) => text(dag.path, dag.content));
  return [
    {
      kind: "code",
      fileName: `${release}_code.zip`,
      entries: withManifest("code", description, code, "manifest.json").map((file) => under(release, file)),
      date,
    },
    {
      kind: "workflows",
      fileName: `${release}_workflows.zip`,
      entries: withManifest("workflows", description, dags, `${release}.manifest.json`),
      date,
    },
  ];
}

/** A Task's files, as they lie in the release's folder. */
export function taskFiles({ taskName, files }: TaskBundle): FileEntry[] {
  return files.map((file) => under(`tasks/${taskName}`, file));
}

/** What lies in the release's folder beside its Tasks, and is run. */
export function sharedFiles({ assets, notifier }: Pick<ReleaseContent, "assets" | "notifier">): FileEntry[] {
  return [
    ...assets.map((file) => under("assets", file)),
    { path: "notify-failure.js", content: notifier, executable: false },
    // Whatever package.json lies above $CODE_MOUNT must not decide what notify-failure.js is.
    text("package.json", '{ "type": "commonjs" }\n'),
  ];
}

/** A bundle as a manifest lists it. */
export function summarizeBundle({ files, own, ...bundle }: TaskBundle): BundleSummary {
  const { taskName, isolation, reasons, native, packages } = bundle;
  const listed = files.map(manifestFile);
  const bytes = listed.reduce((sum, file) => sum + file.bytes, 0);
  const codeDigest = digestOf(own);
  return { taskName, isolation, reasons, native, packages, bytes, digest: digestOf(listed), codeDigest };
}

function withManifest(
  kind: Artifact["kind"],
  description: ReleaseDescription,
  files: readonly FileEntry[],
  manifestPath: string,
): FileEntry[] {
  const sorted = [...files].sort((a, b) => byCodeUnit(a.path, b.path));
  const listed = sorted.map(manifestFile);
  const manifest: ArtifactManifest = {
    formatVersion: 1,
    kind,
    ...description,
    digest: digestOf(listed),
    files: listed,
  };
  const entry = text(manifestPath, `${JSON.stringify(manifest, undefined, 2)}\n`);
  return [...sorted, entry].sort((a, b) => byCodeUnit(a.path, b.path));
}

/** A file as it lies in a folder of this name. */
export function under(folder: string, file: FileEntry): FileEntry {
  return { ...file, path: `${folder}/${file.path}` };
}

function text(path: string, content: string): FileEntry {
  return { path, content: Buffer.from(content), executable: false };
}
