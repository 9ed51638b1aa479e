import { summarizeBundle } from "./artifact/plan.js";
import type { BundledRepo } from "./bundle-repo.js";
import type { Notifier } from "./bundle/notifier.js";
import type { ClientRepo } from "./client-repo.js";
import type { ReleaseDescription, SourceState } from "./model/artifact.js";
import { manifestFile, sha256 } from "./model/digest.js";
import type { DagOptions } from "./model/dag-options.js";
import { dagId } from "./model/naming.js";
import type { Templates } from "./render/engine.js";
import { TOOL_VERSION } from "./tool-version.js";

/** What a release is made of beside its client repo. */
export interface ReleaseParts extends Pick<BundledRepo, "bundles" | "assets"> {
  readonly notifier: Notifier;
  readonly templates: Templates;
  readonly source: SourceState;
}

/** What a release of this client repo says about itself, in every manifest. */
export function describeRelease(repo: ClientRepo, parts: ReleaseParts): ReleaseDescription {
  const { notifier, templates } = parts;
  return {
    name: repo.config.name,
    version: repo.version,
    toolVersion: TOOL_VERSION,
    ...parts.source,
    dagOptions: dagOptions(repo),
    dagTemplatesSha256: sha256(templates.dagSource),
    workflows: workflowsWithDagIds(repo),
    bundles: parts.bundles.map(summarizeBundle),
    notifier: { sha256: sha256(notifier.content), packages: notifier.packages },
    assets: parts.assets.map(manifestFile),
  };
}

/** The workflows with the ids that they have at this version. */
export function workflowsWithDagIds({ client, version }: ClientRepo): ReleaseDescription["workflows"] {
  return client.workflows.map((workflow) => ({ ...workflow, dagId: dagId(workflow.workflowName, version) }));
}

export function dagOptions({ config }: ClientRepo): DagOptions {
  const { owner, nodeCommand, pausedUponCreation, maxActiveRuns, killedTaskBackstop } = config.airflow;
  return {
    owner,
    nodeCommand,
    pausedUponCreation,
    maxActiveRuns: maxActiveRuns ?? null,
    killedTaskBackstop,
    nodeOptions: config.nodeOptions,
  };
}
