import type { BundleSummary, ReleaseFacts } from "../../src/model/artifact.js";
import type { DagOptions } from "../../src/model/dag-options.js";
import { dagId } from "../../src/model/naming.js";
import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { loadTemplates } from "../../src/render/engine.js";
import { drawGraphs, inlineSvg } from "../../src/render/graph-picture.js";
import { GRAPH_STYLE } from "../../src/render/graph-style.js";
import type { ChangesSince } from "../../src/report/html-changes.js";
import { reportPage } from "../../src/report/html.js";
import { layeredWorkflow, nodeModel, workflowModel } from "./workflow-models.js";

export function bundleSummary(taskName: string, options: Partial<BundleSummary> = {}): BundleSummary {
  const packages = [{ name: "yaml", version: "2.9.1", license: "ISC" }];
  const digest = "d".repeat(64);
  return {
    taskName,
    isolation: "bundle",
    reasons: [],
    native: null,
    packages,
    bytes: 89_514,
    digest,
    codeDigest: "e".repeat(64),
    ...options,
  };
}

/** What the config says to Airflow where it says nothing. */
export const DAG_OPTIONS: DagOptions = {
  owner: "airflow",
  nodeCommand: "node",
  pausedUponCreation: false,
  maxActiveRuns: null,
  killedTaskBackstop: false,
  nodeOptions: {},
};

/** A release of these workflows, with a bundle for each Task. */
export function releaseFacts(workflows: readonly WorkflowModel[], options: Partial<ReleaseFacts> = {}): ReleaseFacts {
  const version = options.version ?? "1.4.0";
  const taskNames = new Set(workflows.flatMap(({ nodes }) => nodes.map(({ taskName }) => taskName)));
  return {
    formatVersion: 1,
    name: "vbi",
    version,
    toolVersion: "0.1.0",
    gitCommit: "c".repeat(40),
    gitDirty: true,
    lockfileSha256: null,
    dagOptions: DAG_OPTIONS,
    dagTemplatesSha256: "f".repeat(64),
    notifier: { sha256: "9".repeat(64), packages: [{ name: "amqplib", version: "2.3.1", license: "MIT" }] },
    assets: [],
    node: { builtWith: "20.20.2", target: "node20" },
    artifacts: [
      { kind: "code", path: `vbi_${version}_code.zip`, sha256: "a".repeat(64), bytes: 2_600_000 },
      { kind: "workflows", path: `vbi_${version}_workflows.zip`, sha256: "b".repeat(64), bytes: 98_800 },
    ],
    workflows: workflows.map((workflow) => ({ ...workflow, dagId: dagId(workflow.workflowName, version) })),
    bundles: [...taskNames].map((taskName) => bundleSummary(taskName)),
    ...options,
  };
}

export const WORKFLOWS = [
  layeredWorkflow("l0_to_l1_large", 25, 4),
  workflowModel("l0_to_l1_small", [
    nodeModel("TransferFrames", { retries: 2 }),
    nodeModel("AverageDarks", { upstreams: ["TransferFrames"], resourceQueue: "high_memory" }),
  ]),
];

export async function pageOf(release: ReleaseFacts, changes: ChangesSince | null = null): Promise<string> {
  const pictures = (await drawGraphs(release.workflows)).map((picture, index) => inlineSvg(picture, `graph-${index}`));
  const levels = [
    { level: "rules", ran: true },
    { level: "airflow", ran: false, reason: "no python3 on PATH" },
  ];
  return reportPage({ release, levels, changes, pictures, pictureStyle: GRAPH_STYLE }, loadTemplates());
}
