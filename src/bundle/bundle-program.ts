import type { Metafile } from "esbuild";
import path from "node:path";
import type { FileEntry, TaskRef } from "../model/task-bundle.js";
import type { BundleSettings } from "./bundle-settings.js";
import type { BuiltTask } from "./esbuild-task.js";
import { isOurModule } from "./library.js";
import { ownFiles } from "./own-files.js";
import { packagesOf } from "./packages.js";
import type { TaskProgram } from "./task-folder.js";
import { traceTree } from "./trace-task.js";

/** A Task as one file, with what config leaves outside it as a node_modules beside it. */
export async function bundleProgram(
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
    own: await ownFiles(settings.root, inputs, include),
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
