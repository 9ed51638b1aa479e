import { messageOf } from "../model/message-of.js";
import { LIBRARY } from "../model/node-resolution.js";
import type { FileEntry, TaskRef } from "../model/task-bundle.js";
import { BundleError, type BundleSettings } from "./bundle-settings.js";
import { ownFiles } from "./own-files.js";
import { packagesOf } from "./packages.js";
import { textFile, type TaskProgram } from "./task-folder.js";
import { traceTree } from "./trace-task.js";

/**
 * A Task as its traced files, below `app/`.
 *
 * @throws BundleError when they cannot be laid out
 */
export async function folderProgram(
  task: TaskRef,
  settings: BundleSettings,
  reasons: readonly string[],
  include: readonly FileEntry[],
): Promise<TaskProgram> {
  const { root, shim } = settings;
  const traced = await traceTree(root, shim.taskClass(task, task.module), task.module).catch((error: unknown) => {
    throw new BundleError(messageOf(error));
  });
  const library = `./app/node_modules/${LIBRARY}/index.js`;
  const programs = [
    textFile("task.mjs", shim.program(task, library, "./task-class.mjs")),
    textFile("task-class.mjs", shim.taskClass(task, `./app/${traced.placeOf(task.module)}`)),
  ];
  const inApp = [...traced.files, ...include].map((file) => ({ ...file, path: `app/${file.path}` }));
  return {
    taskName: task.taskName,
    isolation: "folder",
    reasons,
    packages: packagesOf(root, traced.sources),
    program: "task.mjs",
    files: [...programs, ...new Map(inApp.map((file) => [file.path, file])).values()],
    own: await ownFiles(root, traced.sources, include),
  };
}
