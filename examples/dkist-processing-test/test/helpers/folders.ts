import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after } from "node:test";

/** A new scratch root and archive for the tests of one file, set in the environment and removed after them. */
export function useTemporaryScratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "dkist-processing-test-"));
  process.env.DKIST_SCRATCH = folder;
  process.env.DKIST_ARCHIVE = join(folder, "archive");
  delete process.env.MESH_CONFIG;
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Name and digest of every file below a folder, sorted by name. */
export function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(paths.map((path) => [relative(folder, path), digest(path)]));
}
