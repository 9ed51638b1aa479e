import type { BuildFailure, BuildOptions, Message, Metafile } from "esbuild";
import path from "node:path";
import { starredModules } from "../disk/starred-modules.js";
import { AS_NODE_RESOLVES, LIBRARY } from "../model/node-resolution.js";
import type { TaskRef } from "../model/task-bundle.js";
import { TOOL_VERSION } from "../tool-version.js";
import type { BundleSettings } from "./bundle-settings.js";
import { TELLING_LOG_LEVELS } from "./isolation.js";
import { TASK_MODULE, useTaskModule, useWorkerLibrary, workerLibraryDigest } from "./library.js";

/** A Task as one file, still in memory, and what esbuild says of it. */
export interface BuiltTask {
  readonly result: {
    readonly outputFiles: readonly { readonly path: string; readonly contents: Uint8Array }[];
    readonly metafile: Metafile;
    readonly warnings: readonly Message[];
  };
  readonly program: "task.cjs" | "task.mjs";
}

/** Why esbuild could not. */
export interface FailedTask {
  readonly failure: string;
  /** All that failed lies in packages, not in the client repo's own code. */
  readonly inPackages: boolean;
}

/** Bundles one Task by esbuild: as CommonJS, or as an ES module where top-level await needs one. */
export async function esbuildTask(task: TaskRef, settings: BundleSettings): Promise<BuiltTask | FailedTask> {
  // Loaded here: what only reads workflows needs none of it.
  const { build } = await import("esbuild");
  try {
    return { result: await build(buildOptions(task, settings, "cjs")), program: "task.cjs" };
  } catch (error) {
    if (!needsModules(error as BuildFailure)) return explainFailure(error as BuildFailure);
  }
  try {
    return { result: await build(buildOptions(task, settings, "esm")), program: "task.mjs" };
  } catch (error) {
    return explainFailure(error as BuildFailure);
  }
}

/** All that decides what {@link esbuildTask} gives, but for the files that it reads. */
export async function esbuildQuestion(task: TaskRef, settings: BundleSettings): Promise<string> {
  const { version } = await import("esbuild");
  const options = { ...buildOptions(task, settings, "cjs"), plugins: [] };
  const taskClass = settings.shim.taskClass(task, task.module);
  return JSON.stringify([TOOL_VERSION, version, await workerLibraryDigest(), taskClass, options]);
}

function buildOptions(task: TaskRef, settings: BundleSettings, format: "cjs" | "esm") {
  const { root, shim } = settings;
  // Relative, as esbuild takes a star for a glob: the client repo may lie in a folder with one.
  const module = `./${path.relative(root, task.module).split(path.sep).join("/")}`;
  return {
    stdin: {
      contents: shim.program(task, LIBRARY, TASK_MODULE),
      resolveDir: root,
      sourcefile: "dkist-core:shim",
      loader: "js",
    },
    absWorkingDir: root,
    outfile: format === "cjs" ? "task.cjs" : "task.mjs",
    bundle: true,
    write: false,
    metafile: true,
    ...AS_NODE_RESOLVES,
    format,
    target: settings.target,
    keepNames: true,
    sourcemap: "linked",
    // Sources never get into an artifact; names and lines are all that a stack needs.
    sourcesContent: false,
    external: settings.external.flatMap((name) => [name, `${name}/*`]),
    loader: { ".node": "empty" },
    logOverride: TELLING_LOG_LEVELS,
    logLevel: "silent",
    plugins: [useWorkerLibrary, useTaskModule(root, shim.taskClass(task, module)), starredModules],
    // CommonJS packages inside an ES module still call require() for Node's own modules.
    ...(format === "esm"
      ? {
          banner: {
            js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
          },
        }
      : {}),
  } satisfies BuildOptions;
}

function needsModules(failure: BuildFailure): boolean {
  return failure.errors.some((error) =>
    error.text.includes('Top-level await is currently not supported with the "cjs"'),
  );
}

function explainFailure(failure: BuildFailure): FailedTask {
  const [first] = failure.errors;
  const place = first?.location == null ? "" : `${first.location.file}:${first.location.line}: `;
  const more = failure.errors.length > 1 ? ` (and ${failure.errors.length - 1} more)` : "";
  return {
    failure: `${place}${first?.text ?? failure.message}${more}`,
    inPackages: failure.errors.every((error) => error.location?.file.includes("node_modules/") === true),
  };
}
