import { readFile } from "node:fs/promises";
import path from "node:path";
import { looksSecret } from "../model/secret-files.js";
import type { FileEntry } from "../model/task-bundle.js";
import { LIBRARY } from "../model/node-resolution.js";
import { WORKER_LIBRARY } from "./library.js";
import { packageFolder } from "./packages.js";
import { placePackages, type PackageImport } from "./place-packages.js";
import { fileEntry, textFile } from "./task-folder.js";
import { traceProgram, type Trace } from "./trace.js";

/** A program's files as one tree without links. */
export interface TracedTree {
  /** Paths are relative to where the program lies. */
  readonly files: readonly FileEntry[];
  /** Where the traced files lie on this disk: absolute. */
  readonly sources: readonly string[];
  /** Where a traced file lies in the tree. */
  placeOf(file: string): string;
}

/**
 * Traces what a program in the client repo needs and lays it out as a real, nested node_modules tree.
 *
 * @param root - the client repo, absolute and without links
 * @param program - source text whose imports resolve from `root`; an ES module where it has a main module, else CommonJS
 * @param main - a module that the program imports by its path
 * @throws Error when the files cannot be laid out so that every import finds the same package again
 */
export async function traceTree(root: string, program: string, main: string | undefined): Promise<TracedTree> {
  const entry = path.join(root, `.dkist-core-task.${main === undefined ? "cjs" : "mjs"}`);
  const trace = await traceProgram(entry, program);
  const placements = placePackages(root, packageImports(root, trace, entry));
  const folders = new Map<string, string[]>();
  for (const { instance, folder } of placements) folders.set(instance, [...(folders.get(instance) ?? []), folder]);

  const placesOf = (file: string): string[] => {
    const instance = instanceOf(root, file);
    const found = folders.get(instance);
    if (found === undefined) {
      throw new Error(`${path.relative(root, file)} is imported by a path that leaves its importer's package`);
    }
    const inside = path.relative(instance, file).split(path.sep).join("/");
    if (isElsewhere(root, file))
      throw new Error(`${inside} is used, and lies neither in the client repo nor in a package`);
    return found.map((folder) => path.posix.join(folder, inside));
  };
  // nft follows os.tmpdir() and the like to what lies there today: data of this machine, and none of the program.
  const sources = trace.files.filter((file) => trace.modules.has(file) || !isElsewhere(root, file));
  const files: FileEntry[] = [];
  for (const file of sources) {
    // nft takes along what a program would read in its working folder, such as dotenv's .env.
    if (isOwn(root, file) && looksSecret(path.relative(root, file).split(path.sep).join("/"))) continue;
    for (const place of placesOf(file)) {
      if (place !== "package.json") files.push(await fileEntry(file, place));
    }
  }
  if (main !== undefined) files.push(await programPackage(root), ...(await workerLibrary()));
  return { files, sources, placeOf: (file) => placesOf(file)[0] ?? "" };
}

/** The folder of the package instance that a file belongs to; the client repo's own for everything else in it. */
function instanceOf(root: string, file: string): string {
  const installed = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  if (installed !== undefined) return installed;
  const named = packageFolder(file);
  // The client repo's own package.json may have no name; the nearest one that has lies above it then.
  return named === undefined || (root.startsWith(named + path.sep) && isOwn(root, file)) ? root : named;
}

function isOwn(root: string, file: string): boolean {
  return file.startsWith(root + path.sep) && !file.includes(`${path.sep}node_modules${path.sep}`);
}

/** Neither in the client repo nor in a package. */
function isElsewhere(root: string, file: string): boolean {
  return instanceOf(root, file) === root && !isOwn(root, file);
}

function packageImports(root: string, trace: Trace, entry: string): PackageImport[] {
  const imports = new Map<string, PackageImport>();
  const add = (edge: PackageImport): void => {
    if (edge.from !== edge.to) imports.set(JSON.stringify(edge), edge);
  };
  for (const { importer, packageName, file } of trace.imports) {
    const from = importer === entry ? root : instanceOf(root, importer);
    add({ from, name: packageName, to: instanceOf(root, file) });
  }
  // Reached by a path, not by a name: shared libraries of native addons, and a Task that a package defines.
  const named = new Set([...imports.values()].map(({ to }) => to));
  for (const file of trace.files) {
    const to = instanceOf(root, file);
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(to)?.[1];
    if (!named.has(to) && name !== undefined) add({ from: root, name, to });
  }
  return [...imports.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

/** Of the client repo's package.json, what Node reads: the rest is nobody's business on a worker. */
async function programPackage(root: string): Promise<FileEntry> {
  const text = await readFile(path.join(root, "package.json"), "utf8").catch(() => "{}");
  const { name, version, type, imports, exports } = JSON.parse(text) as Record<string, unknown>;
  return textFile("package.json", `${JSON.stringify({ name, version, type, imports, exports }, undefined, 2)}\n`);
}

async function workerLibrary(): Promise<FileEntry[]> {
  const about = { name: LIBRARY, type: "module", exports: { ".": "./index.js" } };
  return [
    textFile(`node_modules/${LIBRARY}/package.json`, `${JSON.stringify(about, undefined, 2)}\n`),
    { path: `node_modules/${LIBRARY}/index.js`, content: await readFile(WORKER_LIBRARY), executable: false },
  ];
}
