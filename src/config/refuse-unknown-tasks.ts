import { DkistCoreError } from "../model/diagnostics.js";
import { nearestName } from "../model/nearest-name.js";

/**
 * A misspelt task name in the config would be passed over in silence.
 *
 * @param tasks - the config's
 * @param known - the names of the client repo's Tasks
 * @throws DkistCoreError BAD_CONFIG for the first that is none
 */
export function refuseUnknownTasks(tasks: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(tasks).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  throw new DkistCoreError("BAD_CONFIG", `tasks.${unknown} is no Task of this client repo`, {
    hint: near === undefined ? "remove it" : `did you mean ${near}?`,
    location: { field: `tasks.${unknown}` },
  });
}
