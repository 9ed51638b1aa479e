import { randomUUID } from "node:crypto";
import { mkdir, readdir, readlink, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { piecesOf } from "../disk/file-content.js";
import { makeStateFolder, STATE_FOLDER } from "../disk/state-folder.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import type { FileEntry } from "../model/task-bundle.js";
import { commandLineOf, commandLines } from "./command-line.js";

/** The code that the tasks of a run are started from. */
export interface CodeFolder {
  /** The folder that holds the release's folder; absolute. */
  readonly codeMount: string;
  /**
   * Writes files of a release, as a worker has them.
   *
   * @param entries - paths begin with the release's folder
   * @throws DkistCoreError WRITE_FAILED
   */
  lay(entries: readonly FileEntry[]): Promise<void>;
  remove(): Promise<void>;
}

/** Holds a link to the code folder of each run that is under way, or that was killed. */
const LINKS = "code";
const PREFIX = "dkist-core-run-";

/**
 * Opens a CODE_MOUNT of a run's own. Outside the client repo, whose `node_modules` a bundle would find above itself: what
 * works here must work on a worker. A link in the client repo names it, so that it is found again if this process is
 * killed; what killed ones have left is removed.
 *
 * @param root - the client repo, absolute
 * @throws DkistCoreError WRITE_FAILED
 */
export async function openCodeFolder(root: string): Promise<CodeFolder> {
  const name = `${PREFIX}${randomUUID()}`;
  const codeMount = path.join(await realpath(tmpdir()), name);
  let link: string;
  try {
    await removeFoldersOfEndedRuns(root);
    link = path.join(makeStateFolder(root, LINKS), `${ownerText(process.pid)}.${name}`);
    // The link first: a folder that nothing names would stay for ever.
    await symlink(codeMount, link);
    await mkdir(codeMount, { mode: 0o700 });
  } catch (cause) {
    throw notWritten(codeMount, cause);
  }
  const remove = async (): Promise<void> => {
    await removeLinked(link, codeMount);
    // Tasks that outlived a killed run used its code until now.
    await removeFoldersOfEndedRuns(root);
  };
  return { codeMount, lay: (entries) => lay(codeMount, entries), remove };
}

async function lay(codeMount: string, entries: readonly FileEntry[]): Promise<void> {
  try {
    const folders = new Set(entries.map((entry) => path.dirname(entry.path)));
    for (const folder of folders) await mkdir(path.join(codeMount, folder), { recursive: true });
    for (const { path: name, content, executable } of entries) {
      await writeFile(path.join(codeMount, name), piecesOf(content), { mode: executable ? 0o755 : 0o644, flag: "wx" });
    }
  } catch (cause) {
    throw notWritten(codeMount, cause);
  }
}

/** Removes the code folders whose run is gone, unless a task that outlived it still uses one. */
async function removeFoldersOfEndedRuns(root: string): Promise<void> {
  const folder = path.join(root, STATE_FOLDER, LINKS);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isOfEndedRun)) {
    const link = path.join(folder, name);
    const codeMount = await readlink(link).catch(() => "");
    // Only what such a link can name: a client repo may come from anywhere.
    if (path.basename(codeMount) !== name.slice(name.indexOf(PREFIX))) continue;
    if (commandLines().some((line) => line.includes(codeMount))) continue;
    await removeLinked(link, codeMount);
  }
}

/** What cannot be removed keeps its link, for the next run to try again: a run does not fail by it. */
async function removeLinked(link: string, codeMount: string): Promise<void> {
  try {
    await rm(codeMount, { recursive: true, force: true });
    await rm(link, { force: true });
  } catch {
    // See above.
  }
}

/** Process ids say something only on the machine that gave them; a name that outlasts its restart, as the folders do. */
function ownerText(pid: number | string): string {
  return `${encodeURIComponent(hostname())}.${pid}`;
}

function isOfEndedRun(name: string): boolean {
  const pid = /\.(\d+)\.dkist-core-run-[\w-]+$/.exec(name)?.[1];
  return pid !== undefined && name.startsWith(`${ownerText(pid)}.`) && commandLineOf(Number(pid)) === undefined;
}

function notWritten(codeMount: string, cause: unknown): DkistCoreError {
  const reason = messageOf(cause);
  return new DkistCoreError("WRITE_FAILED", `cannot write the code of the run to ${codeMount}: ${reason}`, {
    hint: "make room there, or set TMPDIR to another folder",
    cause,
  });
}
