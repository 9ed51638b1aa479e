import { mkdir } from "node:fs/promises";
import path from "node:path";
import { planArtifacts, summarizeBundle } from "../../src/artifact/plan.js";
import { writeRelease } from "../../src/artifact/write.js";
import type { ReleaseFacts, WrittenArtifact } from "../../src/model/artifact.js";
import { manifestFile } from "../../src/model/digest.js";
import { dagFileName } from "../../src/model/naming.js";
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
  const models = workflows.map((one) => workflow(one, [node("Dark"), node("Transfer")]));
  const facts = releaseFacts(models, {
    name,
    version,
    gitCommit: "3f2c1ab".padEnd(40, "0"),
    gitDirty: false,
    bundles: bundles.map(summarizeBundle),
    assets: assets.map(manifestFile),
  });
  const artifacts = planArtifacts({
    description: facts,
    dags: facts.workflows.map(({ dagId }) => ({ path: dagFileName(dagId), content: dagText(dagId, release, build) })),
    bundles,
    assets,
    notifier: Buffer.from("// notify\n"),
    sbom: "{}\n",
    date: null,
  });
  const describe = (written: readonly WrittenArtifact[]): ReleaseFacts => ({ ...facts, artifacts: written });
  await writeRelease(folder, artifacts, { describe, page: () => `<p>${build}\n` }, true);
  return {
    folder,
    manifest: path.join(folder, `${release}.json`),
    codeZip: path.join(folder, `${release}_code.zip`),
    workflowZip: path.join(folder, `${release}_workflows.zip`),
    release,
    dagFiles: facts.workflows.map(({ dagId }) => dagFileName(dagId)),
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
    own: [manifestFile(file("src/tasks.ts", `// ${taskName} of ${build}\n`))],
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
