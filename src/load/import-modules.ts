import { pathToFileURL } from "node:url";
import type { Finding } from "../model/finding.js";
import { reasonOf } from "./option-checks.js";
import { relative, sourcePosition } from "./source-position.js";

export type ModuleExports = Readonly<Record<string, unknown>>;

/** A module's exports, or the findings that say why there are none. */
export type ImportedModule = { readonly file: string; readonly exports: ModuleExports } | { readonly finding: Finding };

/**
 * Imports client modules, all at once or one by one.
 *
 * @param files - absolute paths
 * @param announce - told each file before it is imported, when they are imported one by one
 * @returns in the order of `files`; a module that throws or does not settle in time is a LOAD_FAILED finding
 */
export async function importModules(
  root: string,
  files: readonly string[],
  timeoutSeconds: number,
  announce: ((file: string) => void) | undefined,
): Promise<ImportedModule[]> {
  const load = (file: string): Promise<ImportedModule> => importModule(root, file, timeoutSeconds);
  if (announce === undefined) return Promise.all(files.map(load));
  const modules: ImportedModule[] = [];
  for (const file of files) {
    announce(file);
    modules.push(await load(file));
  }
  return modules;
}

async function importModule(root: string, file: string, timeoutSeconds: number): Promise<ImportedModule> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<ImportedModule>((resolve) => {
    timer = setTimeout(() => resolve({ finding: neverSettled(root, file, timeoutSeconds) }), timeoutSeconds * 1000);
  });
  const imported = (import(pathToFileURL(file).href) as Promise<ModuleExports>).then(
    (exports) => ({ file, exports }),
    (error: unknown) => ({ finding: loadFailed(root, file, error) }),
  );
  try {
    return await Promise.race([imported, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function neverSettled(root: string, file: string, timeoutSeconds: number): Finding {
  return {
    severity: "error",
    code: "LOAD_FAILED",
    message: `the module did not finish loading within ${timeoutSeconds} s`,
    hint: "look for a top-level await that never settles; DKIST_LOAD_TIMEOUT_SECONDS gives a slow module more time",
    location: { file: relative(root, file) },
  };
}

function loadFailed(root: string, file: string, error: unknown): Finding {
  const location = { file: relative(root, file), ...sourcePosition(stackOf(error), root) };
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return {
    severity: "error",
    code: "LOAD_FAILED",
    message: `the module throws while it loads: ${reasonOf(error)}`,
    hint:
      code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
        ? "install the missing package, or build the client repo again"
        : "a workflow module must load anywhere: move work, settings and connections into the tasks",
    location,
  };
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
