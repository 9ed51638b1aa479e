import type { TaskClassLike } from "../authoring/brand.js";
import { taskNameOf } from "../authoring/workflow.js";
import type { NodeModel } from "../model/workflow-model.js";
import { integerBetween, optional, secondsBetween, type Checked } from "./option-checks.js";
import { readOption, type WrongOption } from "./read-option.js";
import { readProperty } from "./read-property.js";

/** A Task class as plain data, with a usable default for whatever is wrong, and all that is. */
export interface ReadTask {
  /** Its number among those that were read. */
  readonly index: number;
  readonly taskName: string;
  readonly options: Pick<NodeModel, "retries" | "retryDelaySeconds" | "executionTimeoutSeconds">;
  readonly wrong: readonly WrongOption[];
}

/** Reads each Task class once, however many nodes run it. */
export interface TaskReader {
  read(task: TaskClassLike): ReadTask;
  /** Of any Task class, without reading it. */
  nameOf(task: TaskClassLike): string;
  /** Those that were read, by their number. */
  classes(): readonly TaskClassLike[];
}

/** About the largest that Airflow's timedelta columns and a human's patience take. */
const MAX_SECONDS = 10 * 365 * 24 * 3600;

export function taskReader(): TaskReader {
  const names = new Map<TaskClassLike, string>();
  const known = new Map<TaskClassLike, ReadTask>();
  const nameOf = (task: TaskClassLike): string => {
    const name = names.get(task) ?? taskNameOf(task);
    names.set(task, name);
    return name;
  };
  return {
    nameOf,
    read: (task) => {
      const read = known.get(task) ?? readTask(task, nameOf(task), known.size);
      known.set(task, read);
      return read;
    },
    classes: () => [...known.keys()],
  };
}

function readTask(task: TaskClassLike, taskName: string, index: number): ReadTask {
  const wrong: WrongOption[] = [];
  const member = (name: string): unknown => readProperty(task, name);
  readOption("taskName", member("taskName"), taskNameText, wrong);
  const options = {
    retries: readOption("retries", member("retries"), integerBetween(0, 1000, 0), wrong),
    retryDelaySeconds: readOption(
      "retryDelaySeconds",
      member("retryDelaySeconds"),
      secondsBetween(0, MAX_SECONDS, 60),
      wrong,
    ),
    executionTimeoutSeconds: readOption(
      "executionTimeoutSeconds",
      member("executionTimeoutSeconds"),
      optional(secondsBetween(1, MAX_SECONDS, 1)),
      wrong,
    ),
  };
  return { index, taskName, options, wrong };
}

/** Looked at for its type alone: what can be a name is a rule's business. */
function taskNameText(value: unknown): Checked<undefined> {
  return value === undefined || typeof value === "string"
    ? { value: undefined }
    : { value: undefined, wrong: "a text" };
}
