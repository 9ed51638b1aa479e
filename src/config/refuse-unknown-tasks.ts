import { DkistCoreError } from "../model/diagnostics.js";
import { nearestName } from "../model/nearest-name.js";
import type { TaskClassModel } from "../model/workflow-model.js";

/**
 * A misspelt task name in the config would be passed over in silence.
 *
 * @param tasks - the config's
 * @param taskClasses - the client repo's
 * @throws DkistCoreError BAD_CONFIG for the first that is none
 */
export function refuseUnknownTasks(
  tasks: Readonly<Record<string, unknown>>,
  taskClasses: readonly TaskClassModel[],
): void {
  const known = taskClasses.map(({ taskName }) => taskName);
  const unknown = Object.keys(tasks).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  throw new DkistCoreError("BAD_CONFIG", `tasks.${unknown} is no Task of this client repo`, {
    hint: near === undefined ? "remove it" : `did you mean ${near}?`,
    location: { field: `tasks.${unknown}` },
  });
}
