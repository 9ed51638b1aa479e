import { readFile, realpath, stat } from "node:fs/promises";
import { builtinModules } from "node:module";
import path from "node:path";
import { AS_NODE_RESOLVES, LIBRARY } from "../model/node-resolution.js";

/** What a program needs at run time, as it lies on this disk. */
export interface Trace {
  /** Absolute paths without links, sorted. */
  readonly files: readonly string[];
  /** Those of the files that some module imports; the others are data that a program may read. */
  readonly modules: ReadonlySet<string>;
  /** Every bare import that was followed: who, by which package name, to which file. */
  readonly imports: readonly TracedImport[];
}

export interface TracedImport {
  readonly importer: string;
  /** The name under node_modules, which may be an alias of the package's own. */
  readonly packageName: string;
  readonly file: string;
}

const BUILTINS = new Set(builtinModules);

/**
 * Traces a program that exists in memory alone.
 *
 * @param entry - the absolute path that the program pretends to have; its imports resolve from there
 * @param program - its source
 */
export async function traceProgram(entry: string, program: string): Promise<Trace> {
  // Loaded here: few tasks need a traced folder, and it is the largest library of all.
  const { nodeFileTrace, resolve: resolveAsNode } = await import("@vercel/nft");
  const modules = new Set<string>();
  const imports: TracedImport[] = [];
  const result = await nodeFileTrace([entry], {
    base: path.parse(entry).root,
    processCwd: path.dirname(entry),
    conditions: ["node", ...AS_NODE_RESOLVES.conditions],
    readFile: async (file) => (file === entry ? program : readOrNull(file)),
    resolve: async (id, parent, job, cjsResolve) => {
      // Its place is taken by the worker library.
      if (id === LIBRARY) return [];
      const resolved = await resolveAsNode(id, parent, job, cjsResolve);
      const packageName = barePackageName(id);
      for (const found of [resolved].flat()) {
        if (found.startsWith("node:")) continue;
        const file = await realpath(found);
        modules.add(file);
        if (packageName === undefined) continue;
        imports.push({ importer: await realpath(parent).catch(() => parent), packageName, file });
      }
      return resolved;
    },
  });
  const root = path.parse(entry).root;
  const files = new Set<string>();
  for (const file of result.fileList) {
    const absolute = path.join(root, file);
    if (absolute === entry) continue;
    // Links to packages (pnpm, workspaces) are listed beside the files behind them; the tree is laid out anew without any.
    const real = await realpath(absolute);
    if (!(await stat(real)).isFile()) continue;
    files.add(real);
  }
  return { files: [...files].sort(), modules, imports };
}

/** `@scope/name` or `name` of a bare specifier; undefined for a path, a builtin and a `#` import. */
function barePackageName(specifier: string): string | undefined {
  if (/^(?:\.|\/|#|node:|data:|file:)/.test(specifier) || BUILTINS.has(specifier)) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch {
    return null; // nft probes for files that need not be there
  }
}
