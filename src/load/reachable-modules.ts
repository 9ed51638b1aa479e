import type { Metafile, Plugin } from "esbuild";
import path from "node:path";
import { starredModules } from "../disk/starred-modules.js";
import { AS_NODE_RESOLVES, LIBRARY } from "../model/node-resolution.js";

const JAVASCRIPT = new Set([".js", ".mjs", ".cjs", ".jsx", ".json"]);

/**
 * Every module that workflow modules reach and that itself reaches our library, dependencies first: the only modules where
 * a Task can be defined. Others are never imported to look for one; a lazily required module may do anything.
 *
 * Resolution is Node's, and what cannot be resolved or is no JavaScript is left outside, so that one bad import does not hide
 * all Tasks.
 *
 * @param root - the client repo, absolute
 * @param files - the workflow modules, absolute
 */
export async function reachableModules(root: string, files: readonly string[]): Promise<string[]> {
  // Asking about every single import costs seconds in a large tree, so it is done only where plain esbuild gives up.
  const roots = files.map((file) => path.relative(root, file).split(path.sep).join("/"));
  const metafile = await analyze(root, roots, []).catch(() => analyze(root, roots, [outsideWhatCannotBeRead]));
  return dependenciesFirst(metafile, roots)
    .filter(reachesLibrary(metafile))
    .map((module) => path.resolve(root, module));
}

async function analyze(root: string, roots: readonly string[], plugins: Plugin[]): Promise<Metafile> {
  // Loaded here: what only reads workflows needs none of it.
  const { build } = await import("esbuild");
  const { metafile } = await build({
    absWorkingDir: root,
    // Relative, as esbuild takes a star for a glob: the client repo may lie in a folder with one.
    entryPoints: roots.map((file) => `./${file}`),
    bundle: true,
    write: false,
    outdir: "unused",
    // Nothing of the output is used: shared code is put out once, not once for each workflow module.
    splitting: true,
    metafile: true,
    ...AS_NODE_RESOLVES,
    format: "esm",
    external: [LIBRARY],
    logLevel: "silent",
    plugins: [starredModules, ...plugins],
  });
  return metafile;
}

const outsideWhatCannotBeRead: Plugin = {
  name: "outside-what-cannot-be-read",
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ path: specifier, kind, resolveDir, importer, pluginData }) => {
      if (kind === "entry-point" || pluginData === LIBRARY || specifier === LIBRARY) return undefined;
      const resolved = await build.resolve(specifier, { kind, resolveDir, importer, pluginData: LIBRARY });
      if (resolved.errors.length > 0) return { path: specifier, external: true };
      return resolved.external || JAVASCRIPT.has(path.extname(resolved.path))
        ? { path: resolved.path, external: resolved.external, namespace: resolved.namespace }
        : { path: resolved.path, external: true };
    });
  },
};

function dependenciesFirst({ inputs }: Metafile, roots: readonly string[]): string[] {
  const ordered = new Set<string>();
  const entered = new Set<string>();
  const stack = [...roots].reverse().map((module) => ({ module, done: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.done) ordered.add(top.module);
    if (top.done || entered.has(top.module)) continue;
    entered.add(top.module);
    stack.push({ module: top.module, done: true });
    const imports = inputs[top.module]?.imports ?? [];
    for (const { path: module, external } of [...imports].reverse()) {
      if (external !== true) stack.push({ module, done: false });
    }
  }
  return [...ordered];
}

function reachesLibrary({ inputs }: Metafile): (module: string) => boolean {
  const importers = new Map<string, string[]>();
  for (const [importer, { imports }] of Object.entries(inputs)) {
    for (const { path: imported } of imports) {
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [importer]);
      else known.push(importer);
    }
  }
  const reaching = new Set<string>();
  const open = [LIBRARY];
  for (let module = open.pop(); module !== undefined; module = open.pop()) {
    for (const importer of importers.get(module) ?? []) {
      if (!reaching.has(importer)) {
        reaching.add(importer);
        open.push(importer);
      }
    }
  }
  return (module) => reaching.has(module);
}
