import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ReleaseResult } from "../../../src/build.js";
import { dkistCoreJson } from "../../helpers/cli.js";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";

const EXAMPLE = path.join(PACKAGE_ROOT, "examples/dkist-processing-test");

/** Beside the example's own workflows: where a task runs, with which code, and all the ways to end badly. */
const CLUSTER_WORKFLOWS = `
import { ResourceQueue, TaskBase, Workflow } from "dkist-processing-core";
import { readFileSync } from "node:fs";
import { CODE } from "../cluster-code.js";

const report = (task) => task.log.info("here", { code: CODE, codeMount: process.env.CODE_MOUNT });

export class OnDefault extends TaskBase { run() { report(this); } }
export class OnHighMemory extends TaskBase { run() { report(this); } }
export class Sleeps extends TaskBase {
  async run() {
    report(this);
    await new Promise((resolve) => setTimeout(resolve, this.conf.seconds * 1000));
    this.log.info("woke", { code: CODE, asset: readFileSync(this.assetPath("assets/code.txt"), "utf8") });
  }
}
export class AfterSleep extends TaskBase { run() { report(this); } }
export class Throws extends TaskBase {
  static retries = 1;
  static retryDelaySeconds = 0.5;
  run() { throw new Error(\`no darks in try \${this.tryNumber}\`); }
}
export class NodeKilled extends TaskBase { run() { process.kill(process.pid, "SIGKILL"); } }
export class AirflowKilled extends TaskBase {
  // The shell has made place for Node: its parent is Airflow's own process for this task.
  async run() { process.kill(process.ppid, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
}

const queues = new Workflow({ workflowName: "queues" });
queues.addNode(OnDefault).addNode(OnHighMemory, { upstreams: OnDefault, resourceQueue: ResourceQueue.HIGH_MEMORY });
const sleeps = new Workflow({ workflowName: "sleeps" }).addNode(Sleeps).addNode(AfterSleep, { upstreams: Sleeps });
const alone = [Throws, NodeKilled, AirflowKilled].map((Task) => new Workflow({ workflowName: Task.name }).addNode(Task));
export const workflows = [queues, sleeps, ...alone];
`;

/** A build of the example with workflows of our own. */
export interface BuildOptions {
  readonly version: string;
  /** What its tasks say of themselves. */
  readonly code: string;
  /** Without the example's many small workflows: fewer DAGs to parse. */
  readonly small?: boolean;
  readonly killedTaskBackstop?: boolean;
}

/**
 * Builds a release of a copy of the example client repo.
 *
 * @param folder - where the copy lies, and below it the artifacts
 * @returns the release manifest's path
 */
export async function buildExample(folder: string, options: BuildOptions): Promise<string> {
  const { version, code, small = false, killedTaskBackstop = false } = options;
  const root = path.join(folder, `example ${version}`);
  await mkdir(root, { recursive: true });
  for (const name of ["package.json", "dkist-core.config.yaml", "assets", "dist"]) {
    await cp(path.join(EXAMPLE, name), path.join(root, name), { recursive: true });
  }
  await symlink(path.join(EXAMPLE, "node_modules"), path.join(root, "node_modules"));
  if (small) await rm(path.join(root, "dist/workflows/common-tasks.js"));
  await writeFile(path.join(root, "dist/workflows/cluster.js"), CLUSTER_WORKFLOWS);
  await writeFile(path.join(root, "dist/cluster-code.js"), `export const CODE = ${JSON.stringify(code)};\n`);
  await writeFile(path.join(root, "assets/code.txt"), code);
  const noop = path.join(root, "dist/tasks/no-op-task.js");
  const ours = (await readFile(noop, "utf8")).replace("nothing to do", `nothing to do, says ${code}`);
  await writeFile(noop, ours);
  if (killedTaskBackstop) {
    const config = path.join(root, "dkist-core.config.yaml");
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace("airflow:\n", "airflow:\n  killedTaskBackstop: true\n"));
  }
  const { document, stderr } = await dkistCoreJson<ReleaseResult | null>(
    ["build", "--version", version, "--airflow", "none", "--out", path.join(folder, "artifacts")],
    { cwd: root },
  );
  if (document.result === null)
    throw new Error(`build of ${version}: ${JSON.stringify(document.diagnostics)} ${stderr}`);
  return document.result.manifest;
}
