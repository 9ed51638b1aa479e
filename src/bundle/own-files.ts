import path from "node:path";
import type { ManifestFile } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { manifestFile } from "../model/digest.js";
import { byCodeUnit } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { fileEntry } from "./task-folder.js";

/**
 * Those of a Task's files that no installed package has brought: the client repo's own, and those of other members of its
 * workspace, whose versions hardly ever say that they changed.
 *
 * @param files - absolute; a name that is no file (esbuild has some for `data:` modules) is a part of its importer
 * @param include - further files of the client repo, looked at already
 * @returns with paths relative to the client repo, each once, sorted
 */
export async function ownFiles(
  root: string,
  files: Iterable<string>,
  include: readonly FileEntry[],
): Promise<ManifestFile[]> {
  const own = [...new Set(files)].filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const entries = await Promise.all(own.map((file) => fileEntry(file, path.relative(root, file)).catch(noFile)));
  const byPath = new Map(
    [...include, ...entries].flatMap((entry) => (entry === undefined ? [] : [[entry.path, manifestFile(entry)]])),
  );
  return [...byPath.values()].sort((a, b) => byCodeUnit(a.path, b.path));
}

function noFile(error: unknown): undefined {
  if (error instanceof DkistCoreError) throw error;
}
