import { durationText } from "./duration.js";
import type { NodeModel } from "./workflow-model.js";

/**
 * How a node runs, as pictures and pages say it: first what every node has, then what few have.
 *
 * @example
 * nodeFacts(node) // ["high_memory · 2 retries · timeout 1 h", "all_done"]
 */
export function nodeFacts({ resourceQueue, retries, executionTimeoutSeconds, triggerRule, pool }: NodeModel): string[] {
  const timeout = executionTimeoutSeconds === null ? "no timeout" : `timeout ${durationText(executionTimeoutSeconds)}`;
  const more = [triggerRule === "all_success" ? "" : triggerRule, pool === null ? "" : `pool ${pool}`];
  return [
    [resourceQueue, retries === 1 ? "1 retry" : `${retries} retries`, timeout].join(" · "),
    more.filter((text) => text !== "").join(" · "),
  ].filter((line) => line !== "");
}
