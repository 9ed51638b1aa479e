import { realpath } from "node:fs/promises";
import path from "node:path";
import fastGlob from "fast-glob";
import { linkLoops } from "../disk/link-loops.js";
import { byCodeUnit } from "../model/naming.js";

/**
 * The workflow modules of a client repo: absolute paths, sorted by code unit. Names that start with `_` are left out, and
 * so is everything below a `node_modules`. A module that is matched twice through links counts once.
 *
 * @param root - the client repo, absolute
 * @param globs - relative to it, as in the config's `workflows`
 */
export async function discover(root: string, globs: readonly string[]): Promise<string[]> {
  // Not `absolute`: fast-glob would hold the folders above the client repo against `ignore`, too.
  const found = await fastGlob([...globs], {
    cwd: root,
    onlyFiles: true,
    ignore: ["**/node_modules/**", "**/_*", "**/_*/**"],
    fs: linkLoops().fs,
  });
  const real = await Promise.all(found.map((file) => realpath(path.resolve(root, file))));
  // By relative path: their order must not depend on where the client repo lies.
  const names = [...new Set(real)].map((file) => path.relative(root, file)).sort(byCodeUnit);
  return names.map((name) => path.resolve(root, name));
}
