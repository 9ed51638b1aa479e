import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { ReleaseDescription } from "../model/artifact.js";
import { isVersion, releaseName } from "../model/naming.js";
import { DEFAULT_VERSION } from "../model/version.js";
import { byVersion } from "../model/version-order.js";
import { releaseDescriptionSchema } from "./manifest-schema.js";

/**
 * The release before a version, by its release manifest in the same folder: the highest version below it, as
 * {@link byVersion} orders them; for `dev` the highest of all. Later releases do not count, so that a version built again
 * says the same; nor does `dev`, which is no release. What is no release manifest, or one of another form than this
 * version writes, is passed over.
 *
 * @returns null when there is none
 */
export async function readPreviousRelease(
  folder: string,
  name: string,
  version: string,
): Promise<ReleaseDescription | null> {
  const files = await readdir(folder).catch(() => []);
  const versions = files
    .filter((file) => file.startsWith(releaseName(name, "")) && file.endsWith(".json"))
    .map((file) => file.slice(releaseName(name, "").length, -".json".length))
    .filter((other) => isVersion(other) && other !== version && other !== DEFAULT_VERSION)
    .filter((other) => version === DEFAULT_VERSION || byVersion(other, version) < 0)
    .sort((a, b) => byVersion(b, a));
  for (const other of versions) {
    const found = await readIfDescription(path.join(folder, `${releaseName(name, other)}.json`));
    if (found?.name === name && found.version === other) return found;
  }
  return null;
}

async function readIfDescription(file: string): Promise<ReleaseDescription | null> {
  try {
    return releaseDescriptionSchema.safeParse(JSON.parse(await readFile(file, "utf8"))).data ?? null;
  } catch {
    return null; // a folder, no JSON, or gone by now
  }
}
