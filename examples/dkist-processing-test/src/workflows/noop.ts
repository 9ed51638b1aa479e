import { Workflow } from "dkist-processing-core";
import { NoOpTask, NoOpTask2 } from "../tasks/no-op-task.js";

const names = { inputData: "input", outputData: "output", category: "test" };

/** The least a worker can do. */
export const noop = new Workflow({ ...names, detail: "noop" }).addNode(NoOpTask);

/** The least a scheduler can do: two nodes in order. */
export const noopFlow = new Workflow({ ...names, detail: "noop-flow" })
  .addNode(NoOpTask)
  .addNode(NoOpTask2, { upstreams: NoOpTask });
