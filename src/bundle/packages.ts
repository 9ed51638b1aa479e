import { readFileSync } from "node:fs";
import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import type { PackageRef } from "../model/task-bundle.js";
import { TOOL_VERSION } from "../tool-version.js";
import { LIBRARY } from "./library.js";

/** The folder of the package that a file belongs to: the nearest one above it whose package.json has a name. */
export function packageFolder(file: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (readPackage(folder)?.name !== undefined) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The packages that files belong to, and our own, each once, sorted; the client repo itself is none. */
export function packagesOf(root: string, files: Iterable<string>): PackageRef[] {
  const folders = new Set<string>();
  for (const file of files) {
    const folder = packageFolder(file);
    if (folder !== undefined && folder !== root) folders.add(folder);
  }
  const packages = new Map<string, PackageRef>([
    [LIBRARY, { name: LIBRARY, version: TOOL_VERSION, license: "BSD-3-Clause" }],
  ]);
  for (const folder of folders) {
    const found = readPackage(folder);
    if (found?.name === undefined) continue;
    const reference = { name: found.name, version: found.version ?? "0.0.0", license: licenseOf(found.license) };
    packages.set(`${reference.name}\0${reference.version}`, reference);
  }
  return [...packages.entries()].sort(([a], [b]) => byCodeUnit(a, b)).map(([, reference]) => reference);
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
}

const known = new Map<string, PackageJson | undefined>();

/** A process builds one state of a client repo, so what was read once stays right. */
function readPackage(folder: string): PackageJson | undefined {
  if (known.has(folder)) return known.get(folder);
  let found: PackageJson | undefined;
  try {
    found = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as PackageJson;
  } catch {
    found = undefined; // no package.json here, or none that can be read: look further up
  }
  known.set(folder, found);
  return found;
}

function licenseOf(license: unknown): string | null {
  if (typeof license === "string") return license;
  const type = typeof license === "object" && license !== null && "type" in license ? license.type : undefined;
  return typeof type === "string" ? type : null;
}
