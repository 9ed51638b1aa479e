import fastGlob from "fast-glob";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";
import { byCodeUnit } from "../model/naming.js";
import { looksSecret } from "../model/secret-files.js";
import type { FileEntry } from "../model/task-bundle.js";

/** What Node reads into memory in one piece. */
const MAX_ASSET_BYTES = 2 ** 31 - 1;

/**
 * Collects the files that `assets` globs match, each with its path in the client repo.
 *
 * @param root - the client repo, absolute and without links
 * @param globs - relative to it; one that starts with `!` takes files out
 * @throws DkistCoreError BAD_ASSET when a glob matches nothing, or a file is a secret, leaves the client repo through a
 *   link, or is no regular file
 */
export async function collectAssets(root: string, globs: readonly string[]): Promise<FileEntry[]> {
  const names = new Set<string>();
  const ignore = globs.flatMap((glob) => (glob.startsWith("!") ? [glob.slice(1)] : []));
  for (const glob of globs.filter((one) => !one.startsWith("!"))) {
    if (path.isAbsolute(glob)) throw badGlob(glob, "is absolute");
    // Sockets and links to nothing are to be refused, not overlooked, so not `onlyFiles`.
    const found = await fastGlob(glob, { cwd: root, dot: true, onlyFiles: false, ignore }).catch((error: unknown) => {
      throw badGlob(glob, `cannot be searched: ${error instanceof Error ? error.message : String(error)}`);
    });
    const files = await Promise.all(found.map(async (name) => ((await isFolder(root, name)) ? [] : [name])));
    if (files.flat().length === 0) throw badGlob(glob, "matches no file");
    for (const name of files.flat()) names.add(name);
  }
  return Promise.all([...names].sort(byCodeUnit).map((name) => readAsset(root, name)));
}

async function isFolder(root: string, name: string): Promise<boolean> {
  const found = await stat(path.join(root, name)).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function readAsset(root: string, name: string): Promise<FileEntry> {
  if (name.split("/").includes(".."))
    throw badAsset(name, "is outside the client repo", "copy it into the client repo");
  const real = await realpath(path.join(root, name)).catch(() => undefined);
  if (real === undefined) throw badAsset(name, "is a link to nothing", "remove the link");
  if (!real.startsWith(root + path.sep)) {
    throw badAsset(name, "is a link that leaves the client repo", "copy the file into it");
  }
  const target = path.relative(root, real).split(path.sep).join("/");
  if ([name, target].some((one) => looksSecret(one) || one.split("/").includes("node_modules"))) {
    const why = "looks like a secret or does not belong into a release";
    throw badAsset(name, why, "narrow the assets globs, e.g. with !**/.env*");
  }
  const found = await stat(real);
  if (!found.isFile()) throw badAsset(name, "is no regular file", "narrow the assets globs");
  if (found.size > MAX_ASSET_BYTES) {
    throw badAsset(
      name,
      "has more than 2 GB",
      "lay large data where tasks can read it, and put into the release where it is",
    );
  }
  return { path: name, content: await readFile(real), executable: (found.mode & 0o111) !== 0 };
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
