import { Workflow } from "dkist-processing-core";
import { FailTask } from "../tasks/fail-task.js";

/** Fails on purpose, to see the failure message arrive. */
export const fail = new Workflow({
  inputData: "input",
  outputData: "output",
  category: "test",
  detail: "fail",
}).addNode(FailTask);
