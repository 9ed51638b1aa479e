import type { Finding } from "../model/finding.js";
import type { TaskRef } from "../model/task-bundle.js";
import type { Client } from "./client.js";

/**
 * Finds the module and export of every Task class that a node uses. A class does not know its module, so the exports of
 * every module that the workflow modules reach are compared with it.
 *
 * @param modules - absolute, dependencies first: see `reachableModules`
 * @returns the Tasks by name, sorted, and a TASK_NOT_EXPORTED finding for each class that no module exports
 */
export async function locateTasks(
  modules: readonly string[],
  client: Pick<Client, "workflows" | "locateTasks">,
): Promise<{ tasks: TaskRef[]; findings: Finding[] }> {
  const exports = await client.locateTasks(modules);
  const tasks = new Map<string, TaskRef>();
  const findings: Finding[] = [];
  const reported = new Set<number>();
  for (const [workflow, { workflowName, file, nodes }] of client.workflows.entries()) {
    for (const [node, { taskName, taskClass }] of nodes.entries()) {
      const found = exports[taskClass];
      if (found != null) tasks.set(taskName, { taskName, ...found });
      // A class without a name has a finding of its own.
      if (found != null || taskName === "" || reported.has(taskClass)) continue;
      reported.add(taskClass);
      findings.push({
        severity: "error",
        code: "TASK_NOT_EXPORTED",
        message: `no module exports the Task class ${taskName}, so a worker cannot find it`,
        hint: `write "export class ${taskName} extends TaskBase" at the top level of a module`,
        location: { file, workflow: workflowName, node: taskName },
        at: { workflow, node },
      });
    }
  }
  return { tasks: [...tasks.values()].sort((a, b) => (a.taskName < b.taskName ? -1 : 1)), findings };
}
