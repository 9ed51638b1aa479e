import type { BuildFailure, BuildOptions, BuildResult, Metafile } from "esbuild";
import fastGlob from "fast-glob";
import path from "node:path";
import { looksSecret } from "../model/secret-files.js";
import type { FileEntry, TaskBundle, TaskRef } from "../model/task-bundle.js";
import { TELLING_LOG_LEVELS, whyNotBundled, type SourceScan } from "./isolation.js";
import { isOurModule, LIBRARY, TASK_MODULE, useTaskModule, useWorkerLibrary } from "./library.js";
import { packagesOf } from "./packages.js";
import { fileEntry, taskFolder, textFile, type TaskProgram } from "./task-folder.js";
import { traceTree } from "./trace-task.js";

/** Renders the two modules that a task bundle starts from. */
export interface ShimSources {
  program(task: TaskRef, library: string, taskModule: string): string;
  taskClass(task: TaskRef, module: string): string;
}

export interface BundleSettings {
  /** The client repo, absolute and without links. */
  readonly root: string;
  /** The oldest Node on the workers, e.g. `node20`. */
  readonly target: string;
  readonly external: readonly string[];
  readonly tasks: Readonly<Record<string, { isolation?: "bundle" | "folder" | undefined; include: readonly string[] }>>;
  readonly shim: ShimSources;
  readonly scan: SourceScan;
}

/** Why a Task has no bundle: the author's to mend. */
export class BundleError extends Error {}

type Built = BuildResult<{ write: false; metafile: true }>;

/**
 * Bundles one Task with its dependencies and no other's: one file where that works, else its traced files.
 *
 * @throws BundleError when neither does
 */
export async function bundleTask(task: TaskRef, settings: BundleSettings): Promise<TaskBundle> {
  const wanted = settings.tasks[task.taskName];
  const include = await includedFiles(settings.root, wanted?.include ?? []);
  const asFolder = async (reasons: readonly string[]): Promise<TaskBundle> =>
    taskFolder(await folderProgram(task, settings, reasons, include));
  if (wanted?.isolation === "folder") return asFolder(["config: tasks"]);

  const built = await esbuildTask(task, settings);
  if ("failure" in built) {
    // A package that esbuild cannot follow may still run from its own files; the client's own code must be whole.
    if (wanted?.isolation === "bundle" || !built.inPackages) throw new BundleError(built.failure);
    return asFolder([built.failure]);
  }
  const reasons = wanted?.isolation === "bundle" ? [] : await whyNotBundled(settings.root, built.result, settings.scan);
  if (reasons.length > 0) return asFolder(reasons);
  return taskFolder(await bundleProgram(task, settings, built, include));
}

interface BuiltTask {
  readonly result: Built;
  readonly program: "task.cjs" | "task.mjs";
}
interface FailedTask {
  readonly failure: string;
  /** All that failed lies in packages, not in the client repo's own code. */
  readonly inPackages: boolean;
}

async function esbuildTask(task: TaskRef, settings: BundleSettings): Promise<BuiltTask | FailedTask> {
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

function buildOptions(task: TaskRef, settings: BundleSettings, format: "cjs" | "esm") {
  const { root, shim } = settings;
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
    platform: "node",
    format,
    target: settings.target,
    // As Node 20.19 and later resolve.
    conditions: ["module-sync"],
    mainFields: ["main"],
    tsconfigRaw: {},
    keepNames: true,
    sourcemap: "linked",
    // Sources never get into an artifact; names and lines are all that a stack needs.
    sourcesContent: false,
    external: settings.external.flatMap((name) => [name, `${name}/*`]),
    loader: { ".node": "empty" },
    logOverride: TELLING_LOG_LEVELS,
    logLevel: "silent",
    plugins: [useWorkerLibrary, useTaskModule(root, shim.taskClass(task, task.module))],
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

async function bundleProgram(
  task: TaskRef,
  settings: BundleSettings,
  { result, program }: BuiltTask,
  include: readonly FileEntry[],
): Promise<TaskProgram> {
  const external = await externalPackages(settings, result.metafile, program);
  const inputs = Object.values(result.metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 && !isOurModule(file) ? [path.join(settings.root, file)] : [],
    ),
  );
  const files = result.outputFiles.map((file) => ({
    path: path.basename(file.path),
    content: file.contents,
    executable: false,
  }));
  return {
    taskName: task.taskName,
    isolation: "bundle",
    reasons: [],
    packages: packagesOf(settings.root, [...inputs, ...external.sources]),
    program,
    files: [...include, ...external.files, ...files],
  };
}

/** What the bundle leaves outside (config `external`), as a node_modules beside it. */
async function externalPackages(
  settings: BundleSettings,
  { inputs }: Metafile,
  program: BuiltTask["program"],
): Promise<{ files: readonly FileEntry[]; sources: readonly string[] }> {
  const imported = new Set(
    Object.values(inputs).flatMap(({ imports }) =>
      imports.flatMap((one) => (one.external === true && isConfigured(one.path) ? [importOf(one)] : [])),
    ),
  );
  if (imported.size === 0) return { files: [], sources: [] };
  return traceTree(settings.root, [...imported].sort().join(""), undefined);

  // A package may give require() and import different files, and a CommonJS bundle turns import statements into require().
  function importOf({ path: specifier, kind }: { path: string; kind: string }): string {
    const asModule = kind === "dynamic-import" || (program === "task.mjs" && kind === "import-statement");
    return `${asModule ? "import" : "require"}(${JSON.stringify(specifier)});\n`;
  }

  function isConfigured(specifier: string): boolean {
    return settings.external.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  }
}

async function folderProgram(
  task: TaskRef,
  settings: BundleSettings,
  reasons: readonly string[],
  include: readonly FileEntry[],
): Promise<TaskProgram> {
  const { root, shim } = settings;
  const traced = await traceTree(root, shim.taskClass(task, task.module), task.module).catch((error: unknown) => {
    throw new BundleError(error instanceof Error ? error.message : String(error));
  });
  const library = `./app/node_modules/${LIBRARY}/index.js`;
  const programs = [
    textFile("task.mjs", shim.program(task, library, "./task-class.mjs")),
    textFile("task-class.mjs", shim.taskClass(task, `./app/${traced.placeOf(task.module)}`)),
  ];
  const inApp = [...traced.files, ...include].map((file) => ({ ...file, path: `app/${file.path}` }));
  return {
    taskName: task.taskName,
    isolation: "folder",
    reasons,
    packages: packagesOf(root, traced.sources),
    program: "task.mjs",
    files: [...programs, ...new Map(inApp.map((file) => [file.path, file])).values()],
  };
}

async function includedFiles(root: string, globs: readonly string[]): Promise<FileEntry[]> {
  if (globs.length === 0) return [];
  const names = await fastGlob([...globs], { cwd: root, onlyFiles: true, dot: false });
  if (names.length === 0) throw new BundleError(`include matches no file: ${globs.join(", ")}`);
  const refused = names.find((name) => path.isAbsolute(name) || name.startsWith("../") || looksSecret(name));
  if (refused !== undefined) throw new BundleError(`include matches ${refused}, which does not belong into a release`);
  return Promise.all(names.sort().map((name) => fileEntry(path.join(root, name), name)));
}
