import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The folder in which the tasks of one recipe run leave files for one another. Each task is a process of its own, maybe
 * on another worker: on a cluster, SCRATCH names a file system that all workers share.
 */
export function scratchFolder(recipeRunId: number): string {
  return join(process.env["SCRATCH"] ?? join(tmpdir(), "recipe-runs"), String(recipeRunId));
}
