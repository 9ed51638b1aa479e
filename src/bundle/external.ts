import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { DkistCoreError } from "../model/diagnostics.js";
import { nearestName } from "../model/nearest-name.js";

/**
 * A misspelt package in the config's `external` would be bundled, in silence.
 *
 * @throws DkistCoreError BAD_CONFIG for the first name that is no installed package
 */
export function refuseUnknownPackages(root: string, external: readonly string[]): void {
  const unknown = external.find((name) => !isInstalled(root, name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, dependencies(root));
  throw new DkistCoreError("BAD_CONFIG", `external names ${unknown}, and no such package is installed here`, {
    hint: near === undefined ? "install the package, or remove it from external" : `did you mean ${near}?`,
    location: { field: "external" },
  });
}

/** As Node looks for it: in the client repo's node_modules, and in those above (workspaces). */
function isInstalled(root: string, specifier: string): boolean {
  const name = /^(?:@[^/]+\/)?[^./@][^/]*/.exec(specifier)?.[0];
  if (name === undefined) return false;
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "node_modules", name))) return true;
    if (folder === path.dirname(folder)) return false;
  }
}

function dependencies(root: string): string[] {
  try {
    const text = readFileSync(path.join(root, "package.json"), "utf8");
    const found = JSON.parse(text) as Readonly<Record<string, object | undefined>>;
    return ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"].flatMap((kind) =>
      Object.keys(found[kind] ?? {}),
    );
  } catch {
    return []; // names to suggest are all that is missing then
  }
}
