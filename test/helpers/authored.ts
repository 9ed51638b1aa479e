import { TaskBase } from "../../src/authoring/task.js";
import type { TaskClass } from "../../src/authoring/workflow.js";

export class A extends TaskBase {
  run(): void {
    // nothing: the graph is what the tests are about
  }
}
export class B extends A {}
export class C extends A {}
export class D extends A {}

/** A Task class whose name is what it is given. */
export function taskCalled(name: string): TaskClass {
  const made = class extends A {};
  Object.defineProperty(made, "name", { value: name });
  return made;
}
