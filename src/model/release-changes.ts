import type { ReleaseManifest } from "./artifact.js";
import { byCodeUnit } from "./naming.js";

/** As much of a release manifest as is compared. */
export interface ReleaseOutline {
  readonly version: string;
  readonly workflows: readonly {
    readonly workflowName: string;
    readonly nodes: readonly { readonly taskName: string }[];
  }[];
  readonly bundles: readonly { readonly taskName: string; readonly digest: string }[];
}

/** What one has and the other has not, by name, sorted. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What changed from one release to the next. */
export interface ReleaseChanges {
  /** The version that this one is compared with. */
  readonly since: string;
  readonly workflows: Difference;
  /** Of the workflows that both have. */
  readonly nodes: readonly (Difference & { readonly workflowName: string })[];
  readonly bundles: Difference & { readonly changed: readonly string[] };
}

/** Compares two releases by the names of workflows and nodes and by the content of bundles. */
export function releaseChanges(
  before: ReleaseOutline,
  now: Pick<ReleaseManifest, "workflows" | "bundles">,
): ReleaseChanges {
  const workflowNames = (release: Pick<ReleaseOutline, "workflows">): string[] =>
    release.workflows.map(({ workflowName }) => workflowName);
  const earlier = new Map(before.workflows.map((workflow) => [workflow.workflowName, workflow.nodes]));
  const digests = new Map(before.bundles.map(({ taskName, digest }) => [taskName, digest]));
  const taskNames = (list: readonly { readonly taskName: string }[]): string[] => list.map(({ taskName }) => taskName);
  return {
    since: before.version,
    workflows: difference(workflowNames(before), workflowNames(now)),
    nodes: now.workflows.flatMap(({ workflowName, nodes }) => {
      const { added, removed } = difference(taskNames(earlier.get(workflowName) ?? nodes), taskNames(nodes));
      return added.length + removed.length === 0 ? [] : [{ workflowName, added, removed }];
    }),
    bundles: {
      ...difference(taskNames(before.bundles), taskNames(now.bundles)),
      changed: now.bundles
        .filter(({ taskName, digest }) => (digests.get(taskName) ?? digest) !== digest)
        .map(({ taskName }) => taskName)
        .sort(byCodeUnit),
    },
  };
}

function difference(before: readonly string[], now: readonly string[]): Difference {
  const without = (names: readonly string[], others: readonly string[]): string[] =>
    [...new Set(names)].filter((name) => !others.includes(name)).sort(byCodeUnit);
  return { added: without(now, before), removed: without(before, now) };
}
