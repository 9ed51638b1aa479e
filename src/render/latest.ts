import { byCodeUnit } from "../model/naming.js";
import type { Templates } from "./engine.js";

/** What an alias DAG is made of. */
export interface PromotedRelease {
  readonly name: string;
  readonly version: string;
  readonly workflows: readonly { readonly workflowName: string; readonly tags: readonly string[] }[];
}

/** The file of a release name's alias DAGs, relative to the DAGs folder. No version is called `latest`. */
export function latestFileName(name: string): string {
  return `${name}_latest.py`;
}

/**
 * Renders the alias DAGs `<workflow>_latest`, which start the promoted version. One file for all of them, so that a
 * promotion is one rename: no two workflows ever start different versions of one release.
 *
 * @param templates - from `loadTemplates`
 * @throws DkistCoreError TEMPLATE_FAILED
 */
export function renderLatest({ name, version, workflows }: PromotedRelease, templates: Templates): string {
  return templates.render("latest.py", {
    name,
    version,
    maxRecipeRunId: Number.MAX_SAFE_INTEGER,
    workflows: [...workflows]
      .sort((a, b) => byCodeUnit(a.workflowName, b.workflowName))
      .map(({ workflowName, tags }) => ({
        workflowName,
        tags: [...new Set([...tags, "latest"])].sort(byCodeUnit),
      })),
  });
}

/** As {@link renderLatest} writes it: a name and a version need no escapes in Python. */
const HEADER = /^NAME = "([^"\\\n]+)"\nPROMOTED = "([^"\\\n]+)"$/m;

/**
 * Which release a file of alias DAGs promotes.
 *
 * @returns undefined for a text that is no such file
 * @example
 * readLatest(renderLatest({ name: "vbi", version: "1.4.0", workflows: [] }, templates)) // { name: "vbi", version: "1.4.0" }
 */
export function readLatest(text: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = HEADER.exec(text) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}
