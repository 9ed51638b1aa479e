import type { TaskRef } from "../model/task-bundle.js";
import type { Templates } from "./engine.js";

/** What a shim imports: by package name or by path, as the bundle needs it. */
export interface ShimImports {
  readonly task: TaskRef;
  readonly module: string;
  readonly library: string;
}

/** Renders the program that imports a Task and runs it; it exports `main(taskFolder)`. */
export function renderShim({ task, module, library }: ShimImports, templates: Templates): string {
  const { taskName, exportName, property } = task;
  return templates.render("task-shim.js", { taskName, exportName, property, module, library });
}
