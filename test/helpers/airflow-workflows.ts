import type { NodeModel, WorkflowModel } from "../../src/model/workflow-model.js";
import type { DagSettings } from "../../src/render/dag.js";
import { nodeModel as node } from "./workflow-models.js";

export { node };

export function workflow(
  workflowName: string,
  nodes: NodeModel[],
  options: Partial<WorkflowModel> = {},
): WorkflowModel {
  return {
    workflowName,
    workflowVersion: null,
    tags: [],
    workflowPackage: null,
    file: `dist/workflows/${workflowName}.js`,
    nodes,
    ...options,
  };
}

export const SETTINGS: DagSettings = {
  releaseName: "dkist-processing-vbi_1.4.0",
  version: "1.4.0",
  owner: "DKIST Data Center",
  nodeCommand: "node",
  pausedUponCreation: false,
  maxActiveRuns: null,
  killedTaskBackstop: false,
  nodeOptions: {},
};

export interface Golden {
  /** What the golden shows, and its file's stem below `test/golden/`. */
  readonly name: string;
  readonly workflow: WorkflowModel;
  readonly settings: DagSettings;
}

/** Text that breaks out of anything that quotes it by hand. */
export const HOSTILE = `it's "q" \\ {{ 7*7 }} {% x %} {# c $(id) \`id\` """ %s {0} \u{1f52d} \u202e é\n.sh`;

/** The workflows whose rendered files are committed as goldens, and which the real Airflows load. */
export const GOLDENS: readonly Golden[] = [
  {
    name: "small",
    workflow: workflow(
      "l0_to_l1_vbi",
      [
        node("TransferL0Data"),
        node("DarkCalibration", { upstreams: ["TransferL0Data"], resourceQueue: "high_memory", retries: 2 }),
        node("Teardown", { upstreams: ["DarkCalibration"] }),
      ],
      { tags: ["l0", "l1", "vbi"] },
    ),
    settings: SETTINGS,
  },
  {
    name: "every-option",
    workflow: workflow(
      "l0_to_l1_cryonirsp_no-speckle",
      [
        node("Assemble", {
          upstreams: ["Left.1", "Right"],
          triggerRule: "none_failed_min_one_success",
          pool: "scratch",
          priorityWeight: 0,
        }),
        node("Left.1", {
          upstreams: ["Start"],
          resourceQueue: "high_memory",
          retries: 3,
          retryDelaySeconds: 0.5,
          executionTimeoutSeconds: 3600,
          priorityWeight: -5,
        }),
        node("Right", { upstreams: ["Start"], resourceQueue: "gpu", executionTimeoutSeconds: 1.5 }),
        node("Start"),
      ],
      { tags: ["cryonirsp", "l0", "l1", "zeta"], workflowPackage: "@dkist/processing-cryonirsp" },
    ),
    settings: {
      releaseName: "dkist-processing-cryonirsp_2.0.0-rc.1",
      version: "2.0.0-rc.1",
      owner: "cryonirsp team",
      nodeCommand: "/opt/node-20/bin/node",
      pausedUponCreation: true,
      maxActiveRuns: 3,
      killedTaskBackstop: true,
      nodeOptions: {
        unused: ["--trace-gc"],
        high_memory: ["--max-old-space-size=64000", "--expose-gc"],
        gpu: ["--max-semi-space-size=64"],
      },
    },
  },
  {
    name: "hostile",
    workflow: workflow(
      "Hostile",
      [
        node("constructor", { resourceQueue: HOSTILE }),
        node("__proto__", { upstreams: ["constructor"], resourceQueue: "__proto__" }),
        node("import", { upstreams: ["constructor", "__proto__"] }),
      ],
      { tags: [HOSTILE, "None", "]); import os #", "run.sh"], workflowPackage: HOSTILE },
    ),
    settings: {
      ...SETTINGS,
      releaseName: "hostile_V1",
      version: "V1",
      owner: HOSTILE,
      nodeCommand: `/opt/it's $(id) "node"`,
      nodeOptions: { [HOSTILE]: [HOSTILE, "", "--title=$(touch pwned)"] },
    },
  },
];
