import fastGlob from "fast-glob";
import path from "node:path";
import { linkLoops } from "../disk/link-loops.js";
import { releasableFile } from "../disk/releasable-file.js";
import { byCodeUnit } from "../model/naming.js";
import type { FileEntry, TaskBundle, TaskRef } from "../model/task-bundle.js";
import { bundleProgram } from "./bundle-program.js";
import { BundleError, type BundleSettings } from "./bundle-settings.js";
import { esbuildQuestion, esbuildTask } from "./esbuild-task.js";
import { folderProgram } from "./folder-program.js";
import { whyNotBundled } from "./isolation.js";
import { fileEntry, taskFolder } from "./task-folder.js";

/**
 * Bundles one Task with its dependencies and no other's: one file where that works, else its traced files.
 *
 * @throws BundleError when neither does
 */
export async function bundleTask(task: TaskRef, settings: BundleSettings): Promise<TaskBundle> {
  const wanted = settings.tasks[task.taskName];
  const include = await includedFiles(settings, wanted?.include ?? []);
  const asFolder = async (reasons: readonly string[]): Promise<TaskBundle> =>
    taskFolder(await folderProgram(task, settings, reasons, include));
  if (wanted?.isolation === "folder") return asFolder(["config: tasks"]);

  const built = await settings.kept.get(
    `${task.module} ${task.exportName}`,
    await esbuildQuestion(task, settings),
    () => esbuildTask(task, settings),
  );
  if ("failure" in built) {
    // A package that esbuild cannot follow may still run from its own files; the client's own code must be whole.
    if (wanted?.isolation === "bundle" || !built.inPackages) throw new BundleError(built.failure);
    return asFolder([built.failure]);
  }
  const reasons = wanted?.isolation === "bundle" ? [] : await whyNotBundled(settings.root, built.result, settings.scan);
  if (reasons.length > 0) return asFolder(reasons);
  return taskFolder(await bundleProgram(task, settings, built, include));
}

async function includedFiles(
  { root, made }: Pick<BundleSettings, "root" | "made">,
  globs: readonly string[],
): Promise<FileEntry[]> {
  if (globs.length === 0) return [];
  const loops = linkLoops();
  const names = await fastGlob([...globs], { cwd: root, onlyFiles: true, dot: false, fs: loops.fs });
  const [loop] = [...loops.found].sort(byCodeUnit);
  if (loop !== undefined) {
    throw new BundleError(`include follows ${path.relative(root, loop)}, a link to a folder that it is in`);
  }
  if (names.length === 0) throw new BundleError(`include matches no file: ${globs.join(", ")}`);
  const entries: FileEntry[] = [];
  for (const name of names.sort(byCodeUnit)) {
    const file = await releasableFile(root, name, { made, publicFiles: [] });
    if ("why" in file) throw new BundleError(`include matches ${name}, which ${file.why}`);
    entries.push(await fileEntry(file.real, name));
  }
  return entries;
}
