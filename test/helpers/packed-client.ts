import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import { contentOf, fillFolder, temporaryFolder } from "./packed-cache.js";
import { mustRun, run, type Finished, type RunOptions } from "./packed-run.js";
import { packedLibrary, REPO, TARBALL } from "./packed.js";

export type Manager = "npm" | "pnpm";

/** Works on Node 20 with the layout that pnpm has by default: links into a store of its own. */
const PNPM = "10.34.8";
const LIBRARY = "dkist-processing-core";
const MANIFESTS = new Set(["package.json", "package-lock.json", "pnpm-workspace.yaml", ".npmrc"]);
const NOT_SOURCES = new Set(["node_modules", "dist", "artifacts", "dags"]);

/** The example client. */
export const EXAMPLE = join(REPO, "examples", "dkist-processing-test");
/** A client repo that only these tests have. */
export const fixture = (name: string): string => join(REPO, "test", "fixtures", "package", name);

export interface InstalledClient {
  /** Outside of the repo, absolute. */
  readonly root: string;
  /** Where the commands run: `root`, or the member of a workspace. */
  readonly cwd: string;
  /** Runs `dkist-core` as the client has it in its `node_modules/.bin`. */
  cli(parameters: readonly string[], options?: Partial<RunOptions>): Promise<Finished>;
}

export interface InstallOptions {
  readonly manager: Manager;
  /** Where to, absolute. Default: a new temporary folder. */
  readonly root?: string;
  /** Further packages, each a folder that is packed and lies beside the library's tarball: dependency name to folder. */
  readonly packages?: Readonly<Record<string, string>>;
  /** The part of a workspace that the commands run in. */
  readonly member?: string;
}

/** Copies a client repo out of this repo and installs into it what it asks for, the library from its tarball. */
export async function installClient(source: string, options: InstallOptions): Promise<InstalledClient> {
  const { manager, packages = {}, member = "." } = options;
  const root = options.root ?? (await temporaryFolder("client"));
  await mkdir(root, { recursive: true });
  const { tarball } = await packedLibrary();
  const files = await sourceFiles(source);
  const manifests = files.filter((file) => MANIFESTS.has(basename(file)));
  const packed = (await Promise.all(Object.values(packages).map(sourceFiles))).flat();
  const inputs = [manager, PNPM, ...(await contentOf([join(REPO, "package.json"), ...manifests, ...packed]))];

  await fillFolder(`${basename(source)}-${manager}`, inputs, root, async (folder) => {
    await copy(manifests, source, folder);
    await cp(tarball, join(folder, TARBALL));
    for (const [name, packageFolder] of Object.entries(packages))
      await pack(packageFolder, join(folder, `${name}.tgz`));
    await useTarballs(
      folder,
      manifests.map((file) => relative(source, file)),
      [LIBRARY, ...Object.keys(packages)],
    );
    await (manager === "npm" ? installWithNpm(folder) : installWithPnpm(folder));
  });
  await unpackLibrary(
    root,
    manifests.map((file) => join(root, relative(source, dirname(file)))),
    tarball,
  );
  await copy(
    files.filter((file) => !MANIFESTS.has(basename(file))),
    source,
    root,
  );

  const cwd = join(root, member);
  // npm puts the programs of a whole workspace in one place, pnpm beside the package that asked for them.
  const bin = join(manager === "npm" ? root : cwd, "node_modules", ".bin");
  return {
    root,
    cwd,
    cli: (parameters, more) => run(join(bin, "dkist-core"), parameters, { cwd, ...more }),
  };
}

/**
 * Lays out the tarball's files where the package manager has put them, so that it need not install everything anew after
 * each change of the library's code.
 */
async function unpackLibrary(root: string, folders: readonly string[], tarball: string): Promise<void> {
  const places = folders.map((folder) => join(folder, "node_modules", LIBRARY)).filter((place) => existsSync(place));
  if (places.length === 0) throw new Error(`${LIBRARY} is not installed in ${root}`);
  for (const place of new Set(await Promise.all(places.map((found) => realpath(found))))) {
    for (const name of await readdir(place)) {
      if (name !== "node_modules") await rm(join(place, name), { recursive: true });
    }
    await mustRun("tar", ["-xf", tarball, "-C", place, "--strip-components=1"], { cwd: root });
  }
}

/**
 * Puts a link to a checkout of the library where its installed copy was, as `npm link` does. The checkout's dependencies
 * are the client's: another version of the bundler could make other bytes.
 */
export async function linkLibrary({ root }: InstalledClient): Promise<void> {
  const { checkout } = await packedLibrary();
  await rm(join(checkout, "node_modules"));
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"));
  const place = join(root, "node_modules", LIBRARY);
  await rm(place, { recursive: true });
  await symlink(checkout, place);
}

/** Runs the client's own TypeScript. */
export async function compile({ root }: InstalledClient, project = "."): Promise<void> {
  await mustRun(join(root, "node_modules", ".bin", "tsc"), ["-p", project], { cwd: root });
}

async function sourceFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (NOT_SOURCES.has(entry.name)) continue;
    const place = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await sourceFiles(place)));
    else if (entry.isFile()) found.push(place);
  }
  return found.sort();
}

async function copy(files: readonly string[], from: string, to: string): Promise<void> {
  for (const file of files) await cp(file, join(to, relative(from, file)));
}

async function pack(folder: string, tarball: string): Promise<void> {
  const place = dirname(tarball);
  const made = await mustRun("npm", ["pack", folder, "--pack-destination", place, "--loglevel=error"], { cwd: place });
  await mustRun("mv", [join(place, made.trim()), tarball], { cwd: place });
}

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
}

/** Lets every package.json get these dependencies from the tarballs in `root`. */
async function useTarballs(root: string, manifests: readonly string[], names: readonly string[]): Promise<void> {
  for (const file of manifests.filter((name) => basename(name) === "package.json")) {
    const manifest = JSON.parse(await readFile(join(root, file), "utf8")) as Manifest;
    const up = relative(dirname(file), ".");
    for (const name of names) {
      if (manifest.dependencies?.[name] === undefined) continue;
      manifest.dependencies[name] = `file:${join(up, `${name}.tgz`)}`;
    }
    await writeFile(join(root, file), `${JSON.stringify(manifest, undefined, 2)}\n`);
  }
}

async function installWithNpm(folder: string): Promise<void> {
  await mustRun("npm", ["install", "--engine-strict", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
}

async function installWithPnpm(folder: string): Promise<void> {
  const tool = await temporaryFolder("pnpm");
  await fillFolder("pnpm", [PNPM], tool, async (place) => {
    await mustRun("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `pnpm@${PNPM}`], { cwd: place });
  });
  const pnpm = join(tool, "node_modules", "pnpm", "bin", "pnpm.cjs");
  const settings = ["--config.engine-strict=true", "--no-frozen-lockfile", "--reporter=append-only"];
  await mustRun(process.execPath, [pnpm, "install", ...settings], { cwd: folder });
  await rm(tool, { recursive: true, force: true });
}
