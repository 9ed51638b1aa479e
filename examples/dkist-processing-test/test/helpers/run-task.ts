import { fileURLToPath } from "node:url";
import { TaskSkipped, type TaskClass, type TaskContext, type TaskLog } from "dkist-processing-core";

/** The folder of this repo; compiled, this file is four folders below it. */
export const repoFolder = fileURLToPath(new URL("../../../../", import.meta.url)).replace(/\/$/, "");

export const quietLog: TaskLog = { debug() {}, info() {}, warn() {}, error() {} };

export type Outcome = "success" | "skipped";

/** Takes a Task through its life, as a worker does. */
export async function runTask(Task: TaskClass, context: Partial<TaskContext> = {}): Promise<Outcome> {
  const task = new Task({
    recipeRunId: 7,
    workflowName: "input_to_output_test_local",
    workflowVersion: "dev",
    log: quietLog,
    assetsFolder: repoFolder,
    ...context,
  });
  try {
    await task.setup();
    await task.preRun();
    await task.run();
    await task.postRun();
    await task.recordProvenance();
    return "success";
  } catch (error) {
    if (error instanceof TaskSkipped) return "skipped";
    throw error;
  } finally {
    await task.teardown();
  }
}
