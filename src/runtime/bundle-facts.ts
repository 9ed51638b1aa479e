import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A machine as far as native code is concerned. */
export interface NativeTarget {
  readonly platform: string;
  readonly arch: string;
  /** `glibc` or `musl`; null where there is no such choice. */
  readonly libc?: string | null;
}

/** What `task.json` beside `run.js` says about its bundle. */
export interface BundleFacts {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** The machine its native addons were made for; undefined where it has none. */
  readonly native: NativeTarget | undefined;
}

/**
 * Reads `task.json`.
 *
 * @throws Error where it is not there or is no JSON object: the release is damaged
 */
export function readBundleFacts(taskFolder: string): BundleFacts {
  const content = JSON.parse(readFileSync(join(taskFolder, "task.json"), "utf8")) as Partial<{
    packages: BundleFacts["packages"];
    native: NativeTarget | null;
  }> | null;
  return { packages: content?.packages ?? [], native: content?.native ?? undefined };
}

/** Package name to version. Of a package that is in a bundle twice the versions are joined by a comma. */
export function libraryVersionsOf(packages: BundleFacts["packages"]): Readonly<Record<string, string>> {
  const versions = new Map<string, string>();
  for (const { name, version } of packages) {
    const known = versions.get(name);
    versions.set(name, known === undefined ? version : `${known}, ${version}`);
  }
  return Object.freeze(Object.fromEntries(versions));
}

/** @returns the sentence that says why native addons made for `wanted` cannot run on `here`, or undefined if they can */
export function nativeMismatch(wanted: NativeTarget, here: NativeTarget): string | undefined {
  const isSame =
    wanted.platform === here.platform &&
    wanted.arch === here.arch &&
    (wanted.libc ?? here.libc ?? null) === (here.libc ?? null);
  if (isSame) return undefined;
  return (
    `this bundle holds native addons for ${showTarget(wanted)}, but this worker is ${showTarget(here)}: ` +
    "build the release on a machine like the workers"
  );
}

function showTarget({ platform, arch, libc }: NativeTarget): string {
  return [platform, arch, libc].filter((part) => part !== undefined && part !== null).join("-");
}
