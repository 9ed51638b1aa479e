import { realpath } from "node:fs/promises";
import path from "node:path";
import { lookAtFile } from "../disk/file-content.js";
import type { ManifestFile } from "../model/artifact.js";
import { byCodeUnit } from "../model/naming.js";
import { nativePlatformOf } from "../model/native-platform.js";
import type { FileEntry, Isolation, PackageRef, TaskBundle } from "../model/task-bundle.js";

/** A task's program and what lies beside it, before it becomes a folder. */
export interface TaskProgram {
  readonly taskName: string;
  readonly isolation: Isolation;
  readonly reasons: readonly string[];
  readonly packages: readonly PackageRef[];
  /** `task.cjs` or `task.mjs`. */
  readonly program: "task.cjs" | "task.mjs";
  readonly files: readonly FileEntry[];
  /** The client repo's own part of it, from which it was made. */
  readonly own: readonly ManifestFile[];
}

/**
 * Lays out `tasks/<Task>/`: `run.js` (the entry on a worker), the program, what it is made of (`task.json`) and the files
 * beside it.
 */
export function taskFolder(task: TaskProgram): TaskBundle {
  const { taskName, isolation, reasons, packages } = task;
  const native = task.files.some((file) => file.path.endsWith(".node")) ? nativePlatformOf(process) : null;
  const about = { formatVersion: 1, taskName, isolation, reasons, native, packages };
  const own = [
    textFile("run.js", RUN[task.program]),
    // Whatever package.json lies above $CODE_MOUNT must not decide what run.js is.
    textFile("package.json", '{ "type": "commonjs" }\n'),
    textFile("task.json", `${JSON.stringify(about, undefined, 2)}\n`),
  ];
  // A later file wins, so ours do over an included one; a zip must not hold two of one name.
  const files = [...new Map([...task.files, ...own].map((file) => [file.path, file])).values()];
  return { ...about, files: files.sort((a, b) => byCodeUnit(a.path, b.path)), own: task.own };
}

/** A stub, so that the entry's name is the same for both kinds of program. */
const RUN = {
  "task.cjs": `"use strict";
require("./task.cjs").main(__dirname);
`,
  "task.mjs": `"use strict";
import("./task.mjs").then(({ main }) => main(__dirname));
`,
} as const;

export function textFile(name: string, text: string): FileEntry {
  return { path: name, content: Buffer.from(text), executable: false };
}

/**
 * A file of the client repo or of a package as an artifact's entry.
 *
 * @param file - absolute
 * @param name - the path in the artifact
 * @throws DkistCoreError BAD_ASSET when somebody writes to it meanwhile
 */
export async function fileEntry(file: string, name: string): Promise<FileEntry> {
  return { path: name.split(path.sep).join("/"), ...(await lookAtFile(await realpath(file))) };
}
