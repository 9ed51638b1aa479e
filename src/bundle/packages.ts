import { readFileSync } from "node:fs";
import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import { LIBRARY } from "../model/node-resolution.js";
import type { PackageRef } from "../model/task-bundle.js";
import { TOOL_VERSION } from "../tool-version.js";

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
    const reference = { name: found.name, version: found.version ?? "0.0.0", license: found.license };
    packages.set(`${reference.name}\0${reference.version}`, reference);
  }
  return [...packages.entries()].sort(([a], [b]) => byCodeUnit(a, b)).map(([, reference]) => reference);
}

interface PackageJson {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly license: string | null;
}

const known = new Map<string, PackageJson | undefined>();

/** A process builds one state of a client repo, so what was read once stays right. */
function readPackage(folder: string): PackageJson | undefined {
  if (known.has(folder)) return known.get(folder);
  let found: PackageJson | undefined;
  try {
    found = packageJson(JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")));
  } catch {
    found = undefined; // no package.json here, or none that can be read: look further up
  }
  known.set(folder, found);
  return found;
}

/** Anybody may have written it: what is not as npm says is not there. */
function packageJson(content: unknown): PackageJson {
  const { name, version, license, licenses } = (content ?? {}) as Readonly<Record<string, unknown>>;
  const stated = [license, licenses].flat().flatMap(licenseOf);
  return {
    name: text(name),
    version: text(version),
    // As npm once had them: a list to choose from.
    license: stated.length > 1 ? `(${stated.join(" OR ")})` : (stated[0] ?? null),
  };
}

function licenseOf(license: unknown): string[] {
  const name = typeof license === "object" && license !== null && "type" in license ? license.type : license;
  return text(name) === undefined ? [] : [String(name)];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
