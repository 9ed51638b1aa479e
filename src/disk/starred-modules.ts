import type { Plugin } from "esbuild";
import { realpathSync, statSync } from "node:fs";
import path from "node:path";

/** Lets esbuild find modules whose names have a star, as Node does: by itself it takes a path with one for a pattern. */
export const starredModules: Plugin = {
  name: "starred-modules",
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\*/ }, ({ kind, path: specifier, resolveDir }) => {
      const file = path.resolve(resolveDir, specifier);
      const isThere = kind !== "entry-point" && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
      return isThere ? { path: realpathSync(file) } : undefined;
    });
  },
};
