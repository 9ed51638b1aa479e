import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { mustRun } from "./packed-run.js";

/** Tar files and not trees: whatever crawls the repo would crawl tens of thousands of files. */
const CACHE = fileURLToPath(new URL("../../.cache/packed/", import.meta.url));
const UNUSED_MS = 6 * 60 * 60 * 1000;

/**
 * Fills a folder with what was made before for the same inputs, or makes it now.
 *
 * Several test runs may do this at once: what is ready appears under its final name, whole, and stays there.
 *
 * @param name - what it is; of each name, what nobody used for hours is removed
 * @param inputs - all that it depends on
 * @param folder - an existing, empty folder
 * @param make - fills the folder it is given
 */
export async function fillFolder(
  name: string,
  inputs: readonly string[],
  folder: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const digest = createHash("sha256")
    .update(JSON.stringify([process.version, ...inputs]))
    .digest("hex");
  const kept = join(CACHE, `${name}-${digest.slice(0, 16)}.tar`);
  if (!(await exists(kept))) {
    await mkdir(CACHE, { recursive: true });
    await removeUnused(name);
    const workshop = await temporaryFolder("make");
    await make(workshop);
    const unfinished = `${kept}.${process.pid}`;
    await mustRun("tar", ["-cf", unfinished, "-C", workshop, "."], { cwd: CACHE });
    await rename(unfinished, kept);
    await rm(workshop, { recursive: true, force: true });
  }
  const now = new Date();
  await utimes(kept, now, now);
  await mustRun("tar", ["-xf", kept, "-C", folder], { cwd: folder });
}

/** How the name of every {@link temporaryFolder} starts. */
export const TEMPORARY_PREFIX = "dkist-core-packed-";
const temporary: string[] = [];

/** A new folder outside of the repo, without links in its path. */
export async function temporaryFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `${TEMPORARY_PREFIX}${purpose}-`));
  temporary.push(folder);
  return folder;
}

/** Removes every {@link temporaryFolder} of this process: what a test file does at its end. */
export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of temporary.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** The content of files, as input of {@link fillFolder}; a missing one counts as empty. */
export async function contentOf(files: readonly string[]): Promise<string[]> {
  return Promise.all(files.map(async (file) => `${file}\n${await readFile(file, "utf8").catch(() => "")}`));
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function removeUnused(name: string): Promise<void> {
  for (const file of await readdir(CACHE)) {
    if (!file.startsWith(`${name}-`)) continue;
    const { mtimeMs } = await stat(join(CACHE, file));
    if (Date.now() - mtimeMs > UNUSED_MS) await rm(join(CACHE, file), { force: true });
  }
}
