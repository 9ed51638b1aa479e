import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { SourceState } from "../model/artifact.js";
import { sha256 } from "./digest.js";

/** What git and the lock file say about a client repo. */
export interface SourceReading {
  readonly state: SourceState;
  /** What differs from the commit, tracked or not, relative to the client repo; what git ignores does not count. */
  readonly changed: readonly string[];
  /** Why there is no commit, in words; null where there is one. */
  readonly noCommit: string | null;
}

const run = promisify(execFile);
const LOCK_FILES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];
/** A status may name every file of a large repository. */
const MAX_OUTPUT_BYTES = 2 ** 28;

/**
 * Reads the commit, what differs from it, and the lock file's digest, as far as there are any. Writes nothing, not even
 * git's own index.
 *
 * @param generated - folders that our commands write to, relative to the client repo: they are no sources
 */
export async function readSourceState(root: string, generated: readonly string[]): Promise<SourceReading> {
  const top = await git(root, "rev-parse", "--show-toplevel");
  const lockfile = lockFile(root, top.text?.trim() ?? root);
  const lockfileSha256 = lockfile === undefined ? null : sha256(await readFile(lockfile));
  const without = (noCommit: string): SourceReading => ({
    state: { gitCommit: null, gitDirty: null, lockfileSha256 },
    changed: [],
    noCommit,
  });
  if (top.text === null) return without(top.reason);
  const [head, ignored, status] = await Promise.all([
    git(root, "rev-parse", "--quiet", "--verify", "HEAD"),
    git(root, "check-ignore", "--quiet", "."),
    git(root, ...STATUS, "--", ".", ...generated.flatMap((folder) => excluded(root, folder))),
  ]);
  if (head.text === null) return without("a git repository without a commit");
  // The commit of a repository that leaves this folder out says nothing about it.
  if (ignored.text !== null) return without("the client repo lies in a folder that its git repository ignores");
  const gitCommit = head.text.trim();
  if (status.text === null) {
    return { state: { gitCommit, gitDirty: null, lockfileSha256 }, changed: [], noCommit: null };
  }
  const repository = top.text.trim();
  // Each entry is two letters, a space and a path.
  const changed = status.text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => path.relative(root, path.join(repository, entry.slice(3))));
  return { state: { gitCommit, gitDirty: changed.length > 0, lockfileSha256 }, changed, noCommit: null };
}

/** For machines; whatever the user's own git config says about untracked files and renames. */
const STATUS = [
  "--no-optional-locks",
  "status",
  "--porcelain=v1",
  "-z",
  "--no-renames",
  "--untracked-files=normal",
] as const;

/** A git pathspec; none for the client repo as a whole and for what lies outside. */
function excluded(root: string, folder: string): string[] {
  const inside = path.relative(root, path.resolve(root, folder)).split(path.sep).join("/");
  return inside === "" || inside.startsWith("..") ? [] : [`:(exclude,literal)${inside}`];
}

/** What git answers; no text when it cannot be started or does not end well. */
async function git(cwd: string, ...parameters: string[]): Promise<{ text: string } | { text: null; reason: string }> {
  try {
    const { stdout } = await run("git", parameters, { cwd, maxBuffer: MAX_OUTPUT_BYTES });
    return { text: stdout };
  } catch (error) {
    return { text: null, reason: reasonOf(error as Error & { readonly code?: unknown; readonly stderr?: string }) };
  }
}

/** In git's own words where they say it best: a repository that it does not trust, for example. */
function reasonOf({
  code,
  stderr = "",
  message,
}: Error & { readonly code?: unknown; readonly stderr?: string }): string {
  if (code === "ENOENT") return "git is not installed";
  if (stderr.includes("not a git repository")) return "no git repository";
  const [line = ""] = (stderr === "" ? message : stderr).replace(/^fatal: /, "").split("\n");
  return `git says: ${line}`;
}

/** In the client repo, or above it as far as its git repository goes: a workspace keeps one for all. */
export async function findLockFile(root: string): Promise<string | undefined> {
  const top = await git(root, "rev-parse", "--show-toplevel");
  return lockFile(root, top.text?.trim() ?? root);
}

function lockFile(root: string, top: string): string | undefined {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const found = LOCK_FILES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined || folder === top || folder === path.dirname(folder)) return found;
  }
}
