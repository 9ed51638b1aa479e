import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { isVersion, releaseName } from "../model/naming.js";
import type { ReleaseOutline } from "../model/release-changes.js";
import { DEFAULT_VERSION } from "../model/version.js";
import { byVersion } from "../model/version-order.js";

const OUTLINE = z.object({
  name: z.string(),
  version: z.string(),
  workflows: z.array(z.object({ workflowName: z.string(), nodes: z.array(z.object({ taskName: z.string() })) })),
  bundles: z.array(z.object({ taskName: z.string(), digest: z.string() })),
});

/**
 * The release before a version, by its release manifest in the same folder: the highest version below it, as
 * {@link byVersion} orders them; for `dev` the highest of all. Later releases do not count, so that a version built again
 * says the same; nor does `dev`, which is no release. What is no release manifest is passed over.
 *
 * @returns null when there is none
 */
export async function readPreviousRelease(
  folder: string,
  name: string,
  version: string,
): Promise<ReleaseOutline | null> {
  const files = await readdir(folder).catch(() => []);
  const versions = files
    .filter((file) => file.startsWith(releaseName(name, "")) && file.endsWith(".json"))
    .map((file) => file.slice(releaseName(name, "").length, -".json".length))
    .filter((other) => isVersion(other) && other !== version && other !== DEFAULT_VERSION)
    .filter((other) => version === DEFAULT_VERSION || byVersion(other, version) < 0)
    .sort((a, b) => byVersion(b, a));
  for (const other of versions) {
    const found = await readOutline(path.join(folder, `${releaseName(name, other)}.json`));
    if (found?.name === name && found.version === other) return found;
  }
  return null;
}

async function readOutline(file: string): Promise<z.infer<typeof OUTLINE> | null> {
  try {
    return OUTLINE.safeParse(JSON.parse(await readFile(file, "utf8"))).data ?? null;
  } catch {
    return null; // a folder, no JSON, or gone by now
  }
}
