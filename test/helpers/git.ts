import { execFileSync } from "node:child_process";

const WHO = { NAME: "A", EMAIL: "a@b", DATE: "2026-01-02T03:04:05Z" };

/** Runs git in a folder; the author, the committer and the day are always the same. */
export function git(folder: string, ...parameters: string[]): string {
  const who = Object.entries(WHO).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  return execFileSync("git", parameters, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...(Object.fromEntries(who) as Record<string, string>) },
  });
}

/** Commits everything in a folder, which becomes a git repository where it is none. */
export function commitAll(folder: string): void {
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "all of it");
}
