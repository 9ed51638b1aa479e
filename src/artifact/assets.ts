import fastGlob from "fast-glob";
import { stat } from "node:fs/promises";
import path from "node:path";
import { lookAtFile } from "../disk/file-content.js";
import { linkLoops } from "../disk/link-loops.js";
import { releasableFile, type ReleaseRules } from "../disk/releasable-file.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { byCodeUnit } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";

/** What is larger belongs where tasks can read it: every worker gets every release. */
const MAX_ASSET_BYTES = 2 ** 31 - 1;

/**
 * Looks at the files that `assets` globs match, each with its path in the client repo; their content stays on the disk.
 *
 * @param root - the client repo, absolute and without links
 * @param globs - relative to it; one that starts with `!` takes files out
 * @throws DkistCoreError BAD_ASSET when a glob matches nothing, or a file is a secret, is made by our commands, leaves the client repo
 *   through a link or is in a loop of them, is no regular file, has no UTF-8 name, cannot be read, or changes meanwhile
 */
export async function collectAssets(
  root: string,
  globs: readonly string[],
  rules: ReleaseRules = { made: [], publicFiles: [] },
): Promise<FileEntry[]> {
  const names = new Set<string>();
  const ignore = globs.flatMap((glob) => (glob.startsWith("!") ? [glob.slice(1)] : []));
  for (const glob of globs.filter((one) => !one.startsWith("!"))) {
    if (path.isAbsolute(glob)) throw badGlob(glob, "is absolute");
    const loops = linkLoops();
    // Sockets and links to nothing are to be refused, not overlooked, so not `onlyFiles`.
    const options = { cwd: root, dot: true, onlyFiles: false, ignore, fs: loops.fs };
    const found = await fastGlob(glob, options).catch((error: unknown) => {
      throw badGlob(glob, `cannot be searched: ${messageOf(error)}`);
    });
    const [loop] = [...loops.found].sort(byCodeUnit);
    if (loop !== undefined) {
      throw badAsset(path.relative(root, loop), "is a link to a folder that it is in", "remove the link");
    }
    const files = await Promise.all(found.map(async (name) => ((await isFolder(root, name)) ? [] : [name])));
    if (files.flat().length === 0) throw badGlob(glob, "matches no file");
    for (const name of files.flat()) names.add(name);
  }
  const assets: FileEntry[] = [];
  // One after the other: a client repo may have more of them than a process may have open.
  for (const name of [...names].sort(byCodeUnit)) assets.push(await takeAsset(root, name, rules));
  return assets;
}

async function isFolder(root: string, name: string): Promise<boolean> {
  const found = await stat(path.join(root, name)).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function takeAsset(root: string, name: string, rules: ReleaseRules): Promise<FileEntry> {
  const file = await releasableFile(root, name, rules);
  if ("why" in file) throw badAsset(name, file.why, file.hint);
  if (name.split("/").includes("node_modules") || file.real.includes(`${path.sep}node_modules${path.sep}`)) {
    throw badAsset(name, "does not belong into a release", "narrow the assets globs, e.g. with !**/node_modules/**");
  }
  return { path: name, ...(await lookAt(file.real, name)) };
}

async function lookAt(real: string, name: string): Promise<Pick<FileEntry, "content" | "executable">> {
  try {
    return await lookAtFile(real, (about) => {
      if (!about.isFile()) throw badAsset(name, "is no regular file", "narrow the assets globs");
      if (about.size > BigInt(MAX_ASSET_BYTES)) {
        const hint = "lay large data where tasks can read it, and put into the release where it is";
        throw badAsset(name, "has more than 2 GB", hint);
      }
    });
  } catch (cause) {
    if (cause instanceof DkistCoreError) throw cause;
    const isSocket = (cause as NodeJS.ErrnoException).code === "ENXIO";
    if (isSocket) throw badAsset(name, "is no regular file", "narrow the assets globs");
    const reason = messageOf(cause);
    throw badAsset(name, `cannot be read: ${reason}`, "check its permissions");
  }
}

function badAsset(name: string, why: string, hint: string): DkistCoreError {
  const location = { file: name, field: "assets" };
  return new DkistCoreError("BAD_ASSET", `the asset ${JSON.stringify(name)} ${why}`, { hint, location });
}

function badGlob(glob: string, why: string): DkistCoreError {
  return new DkistCoreError("BAD_ASSET", `the asset glob ${JSON.stringify(glob)} ${why}`, {
    hint: "globs are relative to the client repo; a folder's files are folder/**",
    location: { field: "assets" },
  });
}
