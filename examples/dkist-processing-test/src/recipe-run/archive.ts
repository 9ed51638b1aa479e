import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { scratchRoot } from "./scratch.js";

/** Where finished datasets go: an object store's mount in production. */
export function archiveRoot(): string {
  return process.env.DKIST_ARCHIVE || join(scratchRoot(), "archive");
}

export const datasetFolder = (recipeRunId: number): string => join(archiveRoot(), "datasets", String(recipeRunId));
export const trialFolder = (recipeRunId: number): string => join(archiveRoot(), "trials", String(recipeRunId));
export const metadataFile = (recipeRunId: number): string => join(archiveRoot(), "metadata", `${recipeRunId}.json`);
export const outboxFile = (recipeRunId: number): string => join(archiveRoot(), "outbox", `${recipeRunId}.json`);

/** A file of a dataset, as the list of digests and the catalog name it. */
export interface ArchivedFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** In every dataset, in the format of `sha256sum --check`. */
export const DIGESTS = "SHA256SUMS";

/**
 * Copies folders to the archive as one dataset. It appears whole or not at all, and a second transfer of the same
 * recipe run replaces the first. A folder that is not there is left out.
 */
export async function archiveFolders(folders: readonly string[], target: string): Promise<ArchivedFile[]> {
  const partial = `${target}.partial`;
  await removeArchived(partial);
  await mkdir(partial, { recursive: true });
  for (const folder of folders) {
    await cp(folder, join(partial, basename(folder)), { recursive: true }).catch(ignoreMissing);
  }
  const files = await describeFiles(partial);
  await writeFile(join(partial, DIGESTS), digestList(files));
  await removeArchived(target);
  await rename(partial, target);
  return files;
}

/**
 * The files of an archived dataset; none where there is no such dataset.
 *
 * @throws Error when they are not what was transferred
 */
export async function archivedFiles(dataset: string): Promise<ArchivedFile[]> {
  const list = await readFile(join(dataset, DIGESTS), "utf8").catch(ignoreMissing);
  if (list === undefined) return [];
  const files = (await describeFiles(dataset)).filter(({ name }) => name !== DIGESTS);
  if (digestList(files) !== list) throw new Error(`${dataset} is not what was transferred: its digests differ`);
  return files;
}

export async function writeArchived(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.partial`, content);
  await rename(`${file}.partial`, file);
}

export async function removeArchived(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function describeFiles(folder: string): Promise<ArchivedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path) => {
    const content = await readFile(path);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { name: relative(folder, path), sha256, bytes: content.byteLength };
  });
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function digestList(files: readonly ArchivedFile[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
