import { availableParallelism } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import type { Finding } from "../model/finding.js";
import type { TaskBundle, TaskRef } from "../model/task-bundle.js";
import { BundleError, type BundleSettings } from "./bundle-settings.js";
import { bundleTask } from "./bundle-task.js";
import { refuseUnknownPackages } from "./external.js";
import { createSourceScan } from "./isolation.js";
import { keptBuilds } from "./kept-builds.js";

/**
 * Bundles every Task, several at a time; the result's order is the tasks'.
 *
 * @param onDone - told how many are done
 * @throws DkistCoreError BAD_CONFIG when `external` names what is no package
 */
export async function bundleTasks(
  tasks: readonly TaskRef[],
  settings: Omit<BundleSettings, "scan" | "kept">,
  onDone?: (done: number) => void,
): Promise<{ bundles: TaskBundle[]; findings: Finding[] }> {
  let done = 0;
  const { taken, findings } = await bundleEach(tasks, settings, (bundle) => {
    onDone?.(++done);
    return bundle;
  });
  return { bundles: taken, findings };
}

/**
 * Bundles every Task, several at a time, and keeps none of the bundles: however many there are, only those in work are in
 * memory.
 *
 * @param take - gets each bundle as it is made, and is waited for before the next one is begun
 * @returns what `take` gave, and a finding for each Task that cannot be bundled; both in the tasks' order
 * @throws DkistCoreError BAD_CONFIG when `external` names what is no package
 * @throws what `take` throws, once no bundle is in work any more
 */
export async function bundleEach<T>(
  tasks: readonly TaskRef[],
  settings: Omit<BundleSettings, "scan" | "kept">,
  take: (bundle: TaskBundle) => Promise<T> | T,
): Promise<{ taken: T[]; findings: Finding[] }> {
  refuseUnknownPackages(settings.root, settings.external);
  const limit = pLimit({ concurrency: availableParallelism(), rejectOnClear: true });
  const scan = createSourceScan();
  const kept = keptBuilds(settings.root);
  const bundleOne = async (task: TaskRef): Promise<{ taken: T } | { finding: Finding }> => {
    try {
      return { taken: await take(await bundleTask(task, { ...settings, scan, kept })) };
    } catch (error) {
      if (error instanceof BundleError) return { finding: bundleFailed(task, settings.root, error) };
      limit.clearQueue();
      throw error;
    }
  };
  const settled = await Promise.allSettled(tasks.map((task) => limit(bundleOne, task)));
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const results = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return {
    taken: results.flatMap((result) => ("taken" in result ? [result.taken] : [])),
    findings: results.flatMap((result) => ("finding" in result ? [result.finding] : [])),
  };
}

/** Ends the process that esbuild keeps for the next bundle, and the memory that it holds. */
export async function stopBundling(): Promise<void> {
  await (await import("esbuild")).stop();
}

function bundleFailed(task: TaskRef, root: string, error: BundleError): Finding {
  return {
    severity: "error",
    code: "BUNDLE_FAILED",
    message: `${task.taskName} cannot be bundled: ${error.message}`,
    hint: `install what is missing, or set tasks.${task.taskName}.isolation or external in the config`,
    location: { file: path.relative(root, task.module).split(path.sep).join("/"), node: task.taskName },
  };
}
