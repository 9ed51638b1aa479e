import { ResourceQueue, Workflow } from "dkist-processing-core";
import { HighMemoryTask } from "../tasks/high-memory-task.js";

/** Runs only on workers that serve the high-memory resource queue. */
export const highMemory = new Workflow({
  inputData: "input",
  outputData: "output",
  category: "test",
  detail: "high_mem",
}).addNode(HighMemoryTask, { resourceQueue: ResourceQueue.HIGH_MEMORY });
