import { Workflow } from "dkist-processing-core";
import { ExerciseNumba } from "../tasks/exercise-numba.js";

/** A tight numeric loop on a worker. */
export const exerciseNumba = new Workflow({
  inputData: "input",
  outputData: "output",
  category: "test",
  detail: "exercise_numba",
}).addNode(ExerciseNumba);
