import type { RunEvent, TaskChanged } from "../model/run-events.js";
import type { RunGraph } from "./run-graph.js";
import { WAITING, type Statuses } from "./schedule.js";

/** What became of a node, in all sessions of its run. */
export type TaskSummary = Pick<
  TaskChanged,
  "taskName" | "state" | "tryNumber" | "exitCode" | "seconds" | "reason" | "log"
>;

/** What became of each node of the graph, with what its last event says of it. */
export function lastEvents(graph: RunGraph, statuses: Statuses, events: readonly RunEvent[]): TaskSummary[] {
  const last = new Map<string, TaskChanged>();
  for (const event of events) if (event.event === "task") last.set(event.taskName, event);
  return [...graph.nodes.keys()].map((taskName) => {
    const { state, tryNumber } = statuses.get(taskName) ?? WAITING;
    const { exitCode, seconds, reason, log } = last.get(taskName) ?? {};
    return {
      taskName,
      state,
      tryNumber,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(reason === undefined ? {} : { reason }),
      ...(log === undefined ? {} : { log }),
    };
  });
}
