import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import { fileURLToPath } from "node:url";
import { sha256 } from "../model/digest.js";
import { LIBRARY } from "../model/node-resolution.js";

/**
 * The library and the runtime as one file, made when this package is built. The CLI's own copy goes into every bundle,
 * under a name that does not depend on where it is installed or whether it is linked. The path is right for this module
 * compiled (in `dist/bundle`) and as it is (in `src/bundle`), so that tests need no other one.
 */
export const WORKER_LIBRARY = fileURLToPath(new URL("../../dist/worker-library.js", import.meta.url));

let digest: Promise<string> | undefined;

/** Of the worker library that goes into bundles now. */
export function workerLibraryDigest(): Promise<string> {
  return (digest ??= readFile(WORKER_LIBRARY).then(sha256));
}

/** What a bundle's program imports its Task class from. */
export const TASK_MODULE = "dkist-core:task";

/** Whether an input in esbuild's metafile is one of the modules that we add, and no file of the client repo. */
export function isOurModule(input: string): boolean {
  return /^dkist-core(?:-task)?:/.test(input);
}

/** Gives {@link TASK_MODULE} its source, whose imports resolve from the client repo. */
export function useTaskModule(root: string, source: string): Plugin {
  return {
    name: "use-task-module",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${TASK_MODULE}$`) }, () => ({
        path: "task",
        namespace: "dkist-core-task",
      }));
      build.onLoad({ filter: /.*/, namespace: "dkist-core-task" }, () => ({
        contents: source,
        loader: "js",
        resolveDir: root,
      }));
    },
  };
}

/** Lets every import of the library, from the client repo or from a package of Tasks, end at {@link WORKER_LIBRARY}. */
export const useWorkerLibrary: Plugin = {
  name: "use-worker-library",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${LIBRARY}$`) }, () => ({
      path: LIBRARY,
      namespace: "dkist-core",
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: "dkist-core" }, async () => ({
      contents: await readFile(WORKER_LIBRARY),
      loader: "js",
    }));
  },
};
