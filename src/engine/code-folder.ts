import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FileEntry } from "../model/task-bundle.js";

/**
 * Lays a release's code under a CODE_MOUNT of its own, as a worker has it. Outside the client repo, whose `node_modules`
 * a bundle would find above itself: what works here must work on a worker.
 *
 * @param entries - of a code zip: paths begin with the release's folder
 * @returns CODE_MOUNT, and how to remove it
 */
export async function layCode(
  entries: readonly FileEntry[],
): Promise<{ readonly codeMount: string; readonly remove: () => Promise<void> }> {
  const codeMount = await realpath(await mkdtemp(path.join(tmpdir(), "dkist-core-run-")));
  const folders = new Set(entries.map((entry) => path.dirname(entry.path)));
  for (const folder of folders) await mkdir(path.join(codeMount, folder), { recursive: true });
  for (const { path: name, content, executable } of entries) {
    await writeFile(path.join(codeMount, name), content, { mode: executable ? 0o755 : 0o644, flag: "wx" });
  }
  return { codeMount, remove: () => rm(codeMount, { recursive: true, force: true }) };
}
