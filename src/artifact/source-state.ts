import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { SourceState } from "../model/artifact.js";
import { sha256 } from "./digest.js";

const run = promisify(execFile);
const LOCK_FILES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/** The commit, whether the client repo differs from it, and the lock file's digest, as far as there are any. */
export async function readSourceState(root: string): Promise<SourceState> {
  const [gitCommit, changes, lockfile] = await Promise.all([
    git(root, "rev-parse", "HEAD"),
    git(root, "status", "--porcelain", "--", "."),
    findLockFile(root),
  ]);
  return {
    gitCommit,
    gitDirty: gitCommit === null || changes === null ? null : changes !== "",
    lockfileSha256: lockfile === undefined ? null : sha256(await readFile(lockfile)),
  };
}

/**
 * Why {@link readSourceState} found no commit, in git's own words where they say it best (a repository that it does not
 * trust, for example).
 */
export async function whyNoCommit(root: string): Promise<string> {
  try {
    await run("git", ["rev-parse", "HEAD"], { cwd: root });
    return "git found a commit only when it was asked again";
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT") return "git is not installed";
    if (stderr.includes("not a git repository")) return "no git repository";
    if (stderr.includes("ambiguous argument 'HEAD'")) return "a git repository without a commit";
    const [first = ""] = stderr.split("\n");
    return first === "" ? "git does not run" : first.replace(/^fatal: /, "");
  }
}

async function git(cwd: string, ...parameters: string[]): Promise<string | null> {
  try {
    return (await run("git", parameters, { cwd })).stdout.trim();
  } catch {
    return null; // no git, no repository or no commit yet
  }
}

/** In the client repo, or above it as far as its git repository goes: a workspace keeps one for all. */
export async function findLockFile(root: string): Promise<string | undefined> {
  const top = (await git(root, "rev-parse", "--show-toplevel")) ?? root;
  for (let folder = root; ; folder = path.dirname(folder)) {
    const found = LOCK_FILES.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found !== undefined || folder === top || folder === path.dirname(folder)) return found;
  }
}
