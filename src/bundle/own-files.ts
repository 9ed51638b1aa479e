import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";
import { fileEntry } from "./task-folder.js";

/**
 * Those of a Task's files that no installed package has brought: the client repo's own, and those of other members of its
 * workspace, whose versions hardly ever say that they changed.
 *
 * @param files - absolute; a name that is no file (esbuild has some for `data:` modules) is a part of its importer
 * @param include - further files of the client repo, read already
 * @returns with paths relative to the client repo, each once, sorted
 */
export async function ownFiles(
  root: string,
  files: Iterable<string>,
  include: readonly FileEntry[],
): Promise<FileEntry[]> {
  const own = [...new Set(files)].filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const read = await Promise.all(own.map((file) => fileEntry(file, path.relative(root, file)).catch(() => undefined)));
  const byPath = new Map([...include, ...read].flatMap((entry) => (entry === undefined ? [] : [[entry.path, entry]])));
  return [...byPath.values()].sort((a, b) => byCodeUnit(a.path, b.path));
}
