import type { ReleaseDescription, ReleaseFacts } from "../../src/model/artifact.js";
import { releaseChanges, type Comparison } from "../../src/model/release-changes.js";
import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { bundleSummary, DAG_OPTIONS, releaseFacts } from "./report-input.js";
import { nodeModel, workflowModel } from "./workflow-models.js";

const LIBRARY = { name: "dkist-processing-core", version: "0.1.0", license: "BSD-3-Clause" };
const lodash = (version: string) => ({ name: "lodash", version, license: "MIT" });
const digest = (letter: string): string => letter.repeat(64);
const after = (...upstreams: string[]) => ({ upstreams });

const KEPT = workflowModel("l0_to_l1_kept", [nodeModel("Transfer")]);

/** Two releases in which one of everything differs. */
export const BEFORE: ReleaseFacts = releaseFacts(
  [
    workflowModel("l0_to_l1_vbi", [
      nodeModel("Transfer"),
      nodeModel("Dark", after("Transfer")),
      nodeModel("Gain", after("Transfer")),
      nodeModel("Flat", after("Gain")),
      nodeModel("Cleanup", after("Flat")),
    ]),
    KEPT,
    workflowModel("l0_to_l1_old", [nodeModel("Transfer"), nodeModel("Dark", after("Transfer"))]),
  ],
  {
    version: "1.3.0",
    gitCommit: "3f2c1ab".padEnd(40, "0"),
    gitDirty: false,
    bundles: [
      bundleSummary("Transfer", { packages: [LIBRARY] }),
      bundleSummary("Dark", { packages: [LIBRARY, lodash("4.17.20")], digest: digest("1"), bytes: 77_000 }),
      bundleSummary("Gain", { packages: [LIBRARY], digest: digest("1"), codeDigest: digest("1"), bytes: 77_205 }),
      bundleSummary("Flat", { packages: [LIBRARY], digest: digest("1"), bytes: 77_205 }),
      bundleSummary("Cleanup", { packages: [LIBRARY] }),
      bundleSummary("Preview", { packages: [LIBRARY, lodash("3.10.1")], digest: digest("1"), codeDigest: digest("1") }),
    ],
    assets: [
      { path: "assets/camera.json", bytes: 900, mode: "644", sha256: digest("1") },
      { path: "assets/old.json", bytes: 12, mode: "644", sha256: digest("1") },
    ],
  },
);

const vbi: WorkflowModel = {
  ...workflowModel("l0_to_l1_vbi", [
    nodeModel("Transfer"),
    nodeModel("Dark", {
      ...after("Transfer"),
      retries: 2,
      retryDelaySeconds: 5,
      executionTimeoutSeconds: 5400,
      resourceQueue: "high_memory",
      pool: "disk",
      priorityWeight: 7,
      triggerRule: "all_done",
    }),
    nodeModel("Gain", after("Transfer")),
    nodeModel("Flat", after("Dark")),
    nodeModel("WriteQuality", after("Dark", "Gain")),
  ]),
  tags: ["speckle", "test"],
};

export const AFTER: ReleaseFacts = releaseFacts([vbi, KEPT, workflowModel("l0_to_l1_new", [nodeModel("Gain")])], {
  version: "1.4.0",
  gitCommit: "9e8d7c6".padEnd(40, "0"),
  gitDirty: true,
  bundles: [
    bundleSummary("Transfer", { packages: [LIBRARY] }),
    bundleSummary("Dark", { packages: [LIBRARY, lodash("4.17.21")], digest: digest("2"), bytes: 78_000 }),
    bundleSummary("Gain", { packages: [LIBRARY], digest: digest("2"), codeDigest: digest("2"), bytes: 77_230 }),
    bundleSummary("Flat", { packages: [LIBRARY], digest: digest("2"), bytes: 77_205 }),
    bundleSummary("WriteQuality", { packages: [LIBRARY], bytes: 81_000 }),
    bundleSummary("Preview", {
      packages: [LIBRARY, { name: "sharp", version: "0.34.5", license: "Apache-2.0" }],
      digest: digest("2"),
      codeDigest: digest("2"),
      isolation: "folder",
      reasons: ["node_modules/sharp/lib/sharp.js: a native addon"],
      native: { platform: "linux", arch: "x64", libc: "glibc" },
      bytes: 19_400_000,
    }),
  ],
  assets: [
    { path: "assets/camera.json", bytes: 901, mode: "644", sha256: digest("2") },
    { path: "assets/new.json", bytes: 34, mode: "644", sha256: digest("1") },
  ],
  notifier: { sha256: digest("8"), packages: [{ name: "amqplib", version: "2.4.0", license: "MIT" }] },
  dagOptions: { ...DAG_OPTIONS, owner: "DKIST", nodeOptions: { high_memory: ["--max-old-space-size=16384"] } },
  dagTemplatesSha256: digest("0"),
});

/** As `diffReleases` gives it. */
export function comparison(before: ReleaseDescription, after: ReleaseDescription): Comparison {
  const side = ({ name, version, gitCommit, gitDirty, lockfileSha256 }: ReleaseDescription) => ({
    place: `artifacts/${name}_${version}.json`,
    name,
    version,
    gitCommit,
    gitDirty,
    lockfileSha256,
  });
  return { before: side(before), after: side(after), changes: releaseChanges(before, after) };
}
