import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import * as build from "../src/build.js";
import * as library from "../src/index.js";
import * as testing from "../src/testing.js";

/** Every name that an entry exports, types with it: what clients may rely on. */
function exported(entry: string): string[] {
  const source = readFileSync(new URL(`../src/${entry}`, import.meta.url), "utf8");
  const listed = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) => names.split(","));
  const declared = [...source.matchAll(/^export (?:async )?(?:function|class|const|interface|type) (\w+)/gm)].map(
    ([, name = ""]) => name,
  );
  return [...listed.map((name) => name.trim().replace(/^type /, "")), ...declared].filter((name) => name !== "").sort();
}

describe("the public API", () => {
  it("of dkist-processing-core", () => {
    expect(Object.keys(library).sort()).toEqual(["ResourceQueue", "TaskBase", "TaskSkipped", "Workflow"]);
    expect(exported("index.ts")).toEqual([
      "ComposedWorkflow",
      "CustomResourceQueues",
      "JsonValue",
      "LogFields",
      "NamedWorkflow",
      "NodeOptions",
      "ResourceQueue",
      "TaskBase",
      "TaskClass",
      "TaskContext",
      "TaskLog",
      "TaskOptions",
      "TaskSkipped",
      "TriggerRule",
      "Workflow",
      "WorkflowNode",
      "WorkflowOptions",
    ]);
  });

  it("of dkist-processing-core/build: the original's build_utils among it", () => {
    expect(Object.keys(build).sort()).toEqual([
      "DkistCoreError",
      "buildRelease",
      "deployRelease",
      "diffReleases",
      "drawWorkflows",
      "exportDags",
      "listReleases",
      "listWorkflows",
      "promoteRelease",
      "pruneReleases",
      "runWorkflow",
      "validateWorkflows",
      "verifyRelease",
    ]);
    expect(exported("build.ts")).toEqual([
      "AirflowChoice",
      "BuildOptions",
      "BundleSummary",
      "Change",
      "ChangeDetail",
      "ChangeSubject",
      "CheckLevel",
      "ComparedRelease",
      "Comparison",
      "ConfigFile",
      "DagOptions",
      "DagsAs",
      "DeployAction",
      "DeployOptions",
      "DeployResult",
      "DeployStep",
      "DeployedDagFiles",
      "DeployedHalf",
      "DeployedRelease",
      "DetailValue",
      "Diagnostic",
      "DiffOptions",
      "DkistCoreError",
      "ExportResult",
      "GraphFormat",
      "GraphResult",
      "Isolation",
      "Leftover",
      "ListResult",
      "Location",
      "ManifestFile",
      "NativePlatform",
      "NodeAtStart",
      "NodeModel",
      "Outcome",
      "PackageRef",
      "PlaceOptions",
      "Progress",
      "PromoteOptions",
      "PromoteResult",
      "Promotion",
      "PruneOptions",
      "PruneResult",
      "ReleaseFacts",
      "ReleaseManifest",
      "ReleaseResult",
      "ReleasesOptions",
      "ReleasesResult",
      "RunEvent",
      "RunFinished",
      "RunOptions",
      "RunResult",
      "RunStarted",
      "SourceState",
      "TaskChanged",
      "TaskState",
      "TaskSummary",
      "ValidationResult",
      "VerifyOptions",
      "VerifyResult",
      "WorkflowModel",
      "WrittenArtifact",
      "WrittenFile",
      "buildRelease",
      "deployRelease",
      "diffReleases",
      "drawWorkflows",
      "exportDags",
      "listReleases",
      "listWorkflows",
      "promoteRelease",
      "pruneReleases",
      "runWorkflow",
      "validateWorkflows",
      "verifyRelease",
    ]);
  });

  it("of dkist-processing-core/testing", () => {
    expect(Object.keys(testing).sort()).toEqual(["rollbackTask", "runTask"]);
    expect(exported("testing.ts")).toEqual(["LogLine", "TaskResult", "rollbackTask", "runTask"]);
  });

  it("has no default export anywhere", () => {
    expect("default" in library).toBe(false);
    expect("default" in testing).toBe(false);
    expect("default" in build).toBe(false);
  });
});
