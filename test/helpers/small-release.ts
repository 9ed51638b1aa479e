import { mkdir } from "node:fs/promises";
import path from "node:path";
import { planArtifacts, summarizeBundle } from "../../src/artifact/plan.js";
import { writeRelease } from "../../src/artifact/write.js";
import { dagFileName, dagId } from "../../src/model/naming.js";
import type { FileEntry, TaskBundle } from "../../src/model/task-bundle.js";
import { node, workflow } from "./airflow-workflows.js";
import { releaseFacts } from "./report-input.js";

/** A release of few small files, made by the stages that make real ones. */
export interface SmallRelease {
  readonly folder: string;
  /** The release manifest. */
  readonly manifest: string;
  readonly codeZip: string;
  readonly workflowZip: string;
  /** `<name>_<version>`. */
  readonly release: string;
  readonly dagFiles: readonly string[];
}

export interface SmallContent {
  readonly name?: string;
  readonly version?: string;
  readonly workflows?: readonly string[];
  /** Goes into every file, so that another text is another build. */
  readonly build?: string;
  readonly assets?: readonly FileEntry[];
}

/** @param folder - made where it is not there */
export async function smallRelease(folder: string, content: SmallContent = {}): Promise<SmallRelease> {
  const { name = "vbi", version = "1.4.0", workflows = ["l0", "quick.look"], build = "first", assets = [] } = content;
  await mkdir(folder, { recursive: true });
  const release = `${name}_${version}`;
  const bundles = ["Dark", "Transfer"].map((task) => bundleOf(task, build));
  const models = workflows.map((one) => ({
    ...workflow(one, [node("Dark"), node("Transfer")]),
    dagId: dagId(one, version),
  }));
  const notifier = Buffer.from("// notify\n");
  const description = releaseFacts([], {
    name,
    version,
    toolVersion: "0.0.0",
    gitCommit: "3f2c1ab".padEnd(40, "0"),
    gitDirty: false,
    workflows: models,
    bundles: bundles.map(summarizeBundle),
  });
  const artifacts = planArtifacts({
    description,
    dags: models.map((model) => ({ path: dagFileName(model.dagId), content: dagText(model.dagId, release, build) })),
    bundles,
    assets,
    notifier,
    sbom: "{}\n",
    date: null,
  });
  await writeRelease(
    folder,
    artifacts,
    { describe: (written) => ({ ...description, artifacts: written }), page: () => `<p>${build}\n` },
    true,
  );
  return {
    folder,
    manifest: path.join(folder, `${release}.json`),
    codeZip: path.join(folder, `${release}_code.zip`),
    workflowZip: path.join(folder, `${release}_workflows.zip`),
    release,
    dagFiles: models.map((model) => dagFileName(model.dagId)),
  };
}

function bundleOf(taskName: string, build: string): TaskBundle {
  const file = (name: string, text: string, executable = false): FileEntry => {
    return { path: name, content: Buffer.from(text), executable };
  };
  return {
    taskName,
    isolation: "bundle",
    reasons: [],
    packages: [],
    native: null,
    own: [file("task.cjs", build)],
    files: [
      file("run.js", `// run ${taskName}\n`),
      file("task.cjs", `// ${taskName} of ${build}\n${"x".repeat(5000)}\n`),
      file("tool", "#!/bin/sh\n", true),
    ],
  };
}

/** What a reader can tell a whole one by: its last line says its build once more. */
function dagText(id: string, release: string, build: string): string {
  const filler = Array.from({ length: 200 }, (_, index) => `# line ${index} of ${build}\n`).join("");
  return `# Airflow DAG ${JSON.stringify(id)}\nBUILD = ${JSON.stringify(build)}\nRELEASE = ${JSON.stringify(release)}\n${filler}# end of ${build}\n`;
}
