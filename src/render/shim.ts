import type { TaskRef } from "../model/task-bundle.js";
import type { Templates } from "./engine.js";

/** The two small modules that every task bundle starts from. */
export interface Shim {
  /**
   * The program; it exports `main(taskFolder)`.
   *
   * @param library - where it imports the runtime from
   * @param taskModule - where it imports the module made by `taskClass` from
   */
  program(task: TaskRef, library: string, taskModule: string): string;
  /** The module that exports the class as `Task`, imported from `module`. */
  taskClass(task: TaskRef, module: string): string;
}

/** Shims as the templates say them. */
export function createShim(templates: Templates): Shim {
  return {
    program: ({ taskName }, library, taskModule) => templates.render("task-shim.js", { taskName, library, taskModule }),
    taskClass: ({ exportName, property }, module) =>
      templates.render("task-class.js", { exportName, property, module }),
  };
}
