import fastGlob from "fast-glob";
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";
import { byCodeUnit } from "../model/naming.js";
import type { FileEntry } from "../model/task-bundle.js";

/** Names that hold secrets by convention: a release is readable to everyone who runs it. */
const SECRETS = [/^\.env(\..*)?$/, /^\.(npmrc|netrc|pgpass|git-credentials)$/, /^id_(rsa|dsa|ecdsa|ed25519)$/, /\.(pem|key|p12|pfx|jks)$/];
const SECRET_FOLDERS = new Set([".git", ".aws", ".ssh", ".gnupg", "node_modules"]);

/**
 * Collects the files that `assets` globs match, each with its path in the client repo.
 *
 * @throws DkistCoreError BAD_ASSET when a glob matches nothing, or a file is a secret, leaves the client repo through a
 *   link, or is no regular file
 */
export async function collectAssets(root: string, globs: readonly string[]): Promise<FileEntry[]> {
  const names = new Set<string>();
  const ignore = globs.flatMap((glob) => (glob.startsWith("!") ? [glob.slice(1)] : []));
  for (const glob of globs.filter((one) => !one.startsWith("!"))) {
    const found = await fastGlob(glob, { cwd: root, dot: true, onlyFiles: false, ignore });
    const files = await Promise.all(found.map(async (name) => ((await stat(path.join(root, name))).isDirectory() ? [] : [name])));
    if (files.flat().length === 0) {
      throw new DkistCoreError("BAD_ASSET", `no file matches the asset glob ${JSON.stringify(glob)}`, {
        hint: "globs are relative to the client repo",
        location: { field: "assets" },
      });
    }
    for (const name of files.flat()) names.add(name);
  }
  return Promise.all([...names].sort(byCodeUnit).map((name) => readAsset(root, name)));
}

async function readAsset(root: string, name: string): Promise<FileEntry> {
  const refuse = (why: string, hint: string): DkistCoreError =>
    new DkistCoreError("BAD_ASSET", `the asset ${JSON.stringify(name)} ${why}`, { hint, location: { file: name, field: "assets" } });
  const parts = name.split("/");
  if (parts.includes("..")) throw refuse("is outside the client repo", "copy it into the client repo");
  if (parts.some((part) => SECRET_FOLDERS.has(part) || SECRETS.some((secret) => secret.test(part)))) {
    throw refuse("looks like a secret or does not belong into a release", "narrow the assets globs, e.g. with !**/.env*");
  }
  const real = await realpath(path.join(root, name)).catch(() => undefined);
  if (real === undefined) throw refuse("is a link to nothing", "remove the link");
  if (!real.startsWith(root + path.sep)) throw refuse("is a link that leaves the client repo", "copy the file into it");
  const found = await stat(real);
  if (!found.isFile()) throw refuse("is no regular file", "narrow the assets globs");
  return { path: name, content: await readFile(real), executable: (found.mode & 0o111) !== 0 };
}
