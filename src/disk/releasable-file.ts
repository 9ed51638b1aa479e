import { realpath } from "node:fs/promises";
import path from "node:path";
import { looksSecret } from "../model/secret-files.js";
import { STATE_FOLDER } from "./state-folder.js";

/** Which files of a client repo may go into a release, beside what holds for every client repo. */
export interface ReleaseRules {
  /** Folders that the commands write to, as in the config: what is there is made anew by each build. */
  readonly made: readonly string[];
  /** Paths of files that look like secrets and are none. */
  readonly publicFiles: readonly string[];
}

/** A file's own place, absolute and without links; or why it may not go into a release, and what to do. */
export type Releasable = { readonly real: string } | { readonly why: string; readonly hint: string };

/**
 * Whether a file of a client repo may go into a release: everybody who runs it can read it, and it must be the same at each
 * build. A link counts as what it leads to, too.
 *
 * @param root - the client repo, absolute and without links
 * @param name - relative to it, with forward slashes
 */
export async function releasableFile(
  root: string,
  name: string,
  { made, publicFiles }: ReleaseRules,
): Promise<Releasable> {
  if (name.split("/").includes(".."))
    return { why: "is outside the client repo", hint: "copy it into the client repo" };
  // What Node makes of bytes that are none.
  if (name.includes("\ufffd")) return { why: "has a name that is not UTF-8", hint: "rename it" };
  const real = await realpath(path.join(root, name)).catch(() => undefined);
  if (real === undefined) return { why: "is a link to nothing", hint: "remove the link" };
  if (!real.startsWith(root + path.sep)) {
    return { why: "is a link that leaves the client repo", hint: "copy the file into it" };
  }
  const both = [name, path.relative(root, real).split(path.sep).join("/")];
  if (both.some((one) => isMade(root, one, made))) {
    return { why: "is made by dkist-core", hint: "narrow the globs, e.g. with !artifacts/**" };
  }
  if (both.some((one) => looksSecret(one) && !publicFiles.includes(one))) {
    return {
      why: "looks like a secret or does not belong into a release",
      hint: "narrow the globs, e.g. with !**/.env*; an asset that everybody may read can be named in publicAssets",
    };
  }
  return { real };
}

function isMade(root: string, name: string, made: readonly string[]): boolean {
  const folders = [STATE_FOLDER, ...made].map((folder) => path.relative(root, path.resolve(root, folder)));
  // A command may write to the client repo itself, or elsewhere.
  const inside = folders.filter((folder) => folder !== "" && !folder.startsWith(".."));
  return inside.some((folder) => name.startsWith(`${folder.split(path.sep).join("/")}/`));
}
