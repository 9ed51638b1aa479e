import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import path from "node:path";
import { sha256 } from "../model/digest.js";

/** What a disk holds, as far as it decides what a bundle is made of: two equal digests stand for one content. */
export interface DiskState {
  /** Of a file's content; undefined where there is no such file. */
  file(file: string): string | undefined;
  /** Whether a file was changed after a moment, in milliseconds since 1970; or is not there any more. */
  isChangedSince(file: string, moment: number): boolean;
  /** Of all that imports from the modules of a folder are resolved by: see {@link resolutionFolders}. */
  folder(folder: string): string;
}

/**
 * Looks at each file and folder once: a process builds one state of a client repo.
 *
 * @param root - the client repo, absolute: what other files lie above it is no business of its imports
 */
export function createDiskState(root: string): DiskState {
  const files = new Map<string, string | undefined>();
  const folders = new Map<string, string>();
  const file = (name: string): string | undefined => {
    if (!files.has(name))
      files.set(
        name,
        orNothing(() => sha256(readFileSync(name))),
      );
    return files.get(name);
  };
  return {
    file,
    isChangedSince: (name, moment) => (orNothing(() => statSync(name).ctimeMs) ?? Infinity) >= moment,
    folder: (folder) => {
      const known = folders.get(folder);
      if (known !== undefined) return known;
      const found = sha256(
        [
          ...(root.startsWith(path.join(folder, path.sep))
            ? []
            : namesIn(folder).filter((name) => !name.endsWith("/"))),
          file(path.join(folder, "package.json")) ?? "",
          ...packagesIn(path.join(folder, "node_modules")),
        ].join("\n"),
      );
      folders.set(folder, found);
      return found;
    },
  };
}

/**
 * The folders that decide to which files the imports of modules are resolved: those of the modules, and all above them. In
 * each, a file that is new beside others may be found before them, a package.json may point elsewhere, and so may a package
 * in its node_modules.
 */
export function resolutionFolders(files: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = path.dirname(file); !folders.has(folder); folder = path.dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

/** The packages' names, scoped ones too; links with where they point. */
function packagesIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) =>
    name.startsWith("@") && name.endsWith("/") ? [name, ...namesIn(path.join(folder, name))] : [name],
  );
}

/** Files by name, links with where they point, folders with a slash after their name; sorted. */
function namesIn(folder: string): string[] {
  const entries = orNothing(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries
    .map((entry) => {
      if (entry.isSymbolicLink())
        return `${entry.name} -> ${orNothing(() => readlinkSync(path.join(folder, entry.name))) ?? ""}`;
      return entry.isDirectory() ? `${entry.name}/` : entry.name;
    })
    .sort();
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined; // it is not there, or not for us: that is a state as well
  }
}
