import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { contentOf, fillFolder, temporaryFolder } from "./packed-cache.js";
import { mustRun } from "./packed-run.js";

/** The repo, absolute. */
export const REPO = fileURLToPath(new URL("../../", import.meta.url));
/** The tarball's name in {@link PackedLibrary} and in the clients made from it. */
export const TARBALL = "dkist-processing-core.tgz";

/** What the package is made from. */
const SOURCES = ["src", "scripts", "templates", "docs", "bin", "package.json", "package-lock.json", "tsconfig.json"];
const MORE_SOURCES = ["tsconfig.build.json", "tsconfig.cjs.json", "README.md", "CHANGELOG.md", "LICENSE"];

/** A copy of this repo, built: nobody changes it while a test works with it. */
export interface PackedLibrary {
  /** A checkout as `npm link` would use it, with its own `dist`. */
  readonly checkout: string;
  /** What `npm pack` makes of it: absolute path. */
  readonly tarball: string;
}

let library: Promise<PackedLibrary> | undefined;

/** Builds and packs a copy of the repo as it is now; once for each state of its sources. */
export function packedLibrary(): Promise<PackedLibrary> {
  library ??= packLibrary();
  return library;
}

async function packLibrary(): Promise<PackedLibrary> {
  const present = new Set(await readdir(REPO));
  const names = [...SOURCES, ...MORE_SOURCES].filter((name) => present.has(name));
  const files = (await Promise.all(names.map((name) => filesBelow(join(REPO, name))))).flat();
  const checkout = await temporaryFolder("library");
  await fillFolder("library", await contentOf(files), checkout, async (folder) => {
    for (const file of files) await cp(file, join(folder, relative(REPO, file)));
    // Not a link: the paths of what gets bundled are part of what is released.
    await hardLinkTree(join(REPO, "node_modules"), join(folder, "node_modules"));
    await mustRun(process.execPath, ["scripts/build.js"], { cwd: folder });
    const made = await mustRun("npm", ["pack", "--ignore-scripts", "--loglevel=error"], { cwd: folder });
    await mustRun("mv", [made.trim(), TARBALL], { cwd: folder });
    await mustRun("rm", ["-r", "node_modules"], { cwd: folder });
  });
  await symlink(join(REPO, "node_modules"), join(checkout, "node_modules"));
  return { checkout, tarball: join(checkout, TARBALL) };
}

async function filesBelow(place: string): Promise<string[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [place];
  }
}

async function hardLinkTree(from: string, to: string): Promise<void> {
  await mustRun("cp", ["-al", from, to], { cwd: REPO }).catch(async () => {
    await mkdir(to, { recursive: true });
    await mustRun("cp", ["-a", `${from}/.`, to], { cwd: REPO }); // another file system
  });
}
