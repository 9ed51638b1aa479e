import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryFolder } from "./packed-cache.js";
import type { InstalledClient } from "./packed-client.js";
import { run, type Finished, type RunOptions } from "./packed-run.js";
import { readZip, unpack, type ZipEntry } from "./packed-zip.js";

/** A code zip, unpacked where nothing of the client repo is in reach. */
export interface UnpackedRelease {
  /** The code zip's files, by their path below the release's folder. */
  readonly files: ReadonlyMap<string, ZipEntry>;
  /** `<CODE_MOUNT>/<name>_<version>`. */
  readonly folder: string;
  /** Where Tasks leave what they made. */
  readonly results: string;
}

/** What `task.json` says. */
export interface TaskJson {
  readonly isolation: string;
  readonly reasons: readonly string[];
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  readonly native: Readonly<Record<string, unknown>> | null;
}

/** Builds version 1.0.0 of a compiled client and unpacks its code zip elsewhere. */
export async function releaseClient(client: InstalledClient): Promise<UnpackedRelease> {
  const built = await client.cli(["build", "--version", "1.0.0", "--airflow", "none"]);
  if (built.code !== 0) throw new Error(`build: exit ${built.code}\n${built.stdout}\n${built.stderr}`);
  const artifacts = join(client.cwd, "artifacts");
  const zip = (await readdir(artifacts)).find((name) => name.endsWith("_code.zip")) ?? "no code zip";
  const worker = await temporaryFolder("worker");
  await unpack(join(artifacts, zip), join(worker, "code"));
  const [name = ""] = await readdir(join(worker, "code"));
  await mkdir(join(worker, "results"));
  const entries = await readZip(join(artifacts, zip));
  return {
    files: new Map([...entries].map(([path, entry]) => [path.slice(name.length + 1), entry])),
    folder: join(worker, "code", name),
    results: join(worker, "results"),
  };
}

/** Runs one task as a worker does. */
export async function runReleased(
  { folder, results }: UnpackedRelease,
  task: string,
  options: { readonly node?: string; readonly run?: Partial<RunOptions> } = {},
): Promise<Finished> {
  const program = join(folder, "tasks", task, "run.js");
  const input = ["--recipe-run-id", "1", "--workflow-name", "w", "--workflow-version", "v"];
  return run(options.node ?? process.execPath, [program, ...input], {
    cwd: results,
    env: { RESULTS: results },
    ...options.run,
  });
}

export async function taskJson({ folder }: UnpackedRelease, task: string): Promise<TaskJson> {
  return JSON.parse(await readFile(join(folder, "tasks", task, "task.json"), "utf8")) as TaskJson;
}

/** The packages in a task's bundle, without the library. */
export async function packagesIn(release: UnpackedRelease, task: string): Promise<string[]> {
  const { packages } = await taskJson(release, task);
  return packages.map(({ name }) => name).filter((name) => name !== "dkist-processing-core");
}

/** The node_modules folders above a place: where there are any, what runs there proves little. */
export function modulesAbove(place: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(place); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules"))) found.push(join(folder, "node_modules"));
  }
  return found;
}
