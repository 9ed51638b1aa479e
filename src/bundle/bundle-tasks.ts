import { availableParallelism } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import type { Finding } from "../model/finding.js";
import type { TaskBundle, TaskRef } from "../model/task-bundle.js";
import { BundleError, type BundleSettings } from "./bundle-settings.js";
import { bundleTask } from "./bundle-task.js";
import { refuseUnknownPackages } from "./external.js";
import { createSourceScan } from "./isolation.js";

/**
 * Bundles every Task, several at a time; the result's order is the tasks'.
 *
 * @param onDone - told how many are done
 * @throws DkistCoreError BAD_CONFIG when `external` names what is no package
 */
export async function bundleTasks(
  tasks: readonly TaskRef[],
  settings: Omit<BundleSettings, "scan">,
  onDone?: (done: number) => void,
): Promise<{ bundles: TaskBundle[]; findings: Finding[] }> {
  refuseUnknownPackages(settings.root, settings.external);
  const limit = pLimit(availableParallelism());
  const scan = createSourceScan();
  let done = 0;
  const results = await Promise.all(
    tasks.map((task) =>
      limit(async (): Promise<TaskBundle | Finding> => {
        try {
          return await bundleTask(task, { ...settings, scan });
        } catch (error) {
          if (error instanceof BundleError) return bundleFailed(task, settings.root, error);
          throw error;
        } finally {
          onDone?.(++done);
        }
      }),
    ),
  );
  return {
    bundles: results.flatMap((result) => ("code" in result ? [] : [result])),
    findings: results.flatMap((result) => ("code" in result ? [result] : [])),
  };
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
