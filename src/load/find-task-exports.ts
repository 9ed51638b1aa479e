import type { TaskClassLike } from "../authoring/brand.js";
import type { TaskExport } from "./client-protocol.js";
import type { ModuleExports } from "./import-modules.js";
import { readProperty } from "./read-property.js";

/**
 * Which module exports each Task class, by identity: the first module in the given order (dependencies first) wins, so a
 * re-export never does.
 *
 * @returns in the order of `taskClasses`; null for a class that no module exports
 */
export function findTaskExports(
  taskClasses: readonly TaskClassLike[],
  modules: Iterable<{ readonly module: string; readonly exports: ModuleExports }>,
): (TaskExport | null)[] {
  const found = new Map<unknown, TaskExport>();
  for (const { module, exports } of modules) {
    for (const { value, exportName, property } of exportedValues(exports)) {
      if (typeof value === "function" && !found.has(value)) found.set(value, { module, exportName, property });
    }
  }
  return taskClasses.map((taskClass) => found.get(taskClass) ?? null);
}

interface ExportedValue {
  readonly value: unknown;
  readonly exportName: string;
  readonly property: string | null;
}

/** Named exports first, then `default`, then what a CommonJS `module.exports` holds beyond them. */
function exportedValues(exports: ModuleExports): ExportedValue[] {
  // Newer Node adds "module.exports", which says the same as `default` and which no other tool can import.
  const names = Object.keys(exports).filter((name) => name !== "default" && name !== "module.exports");
  const values = names.map((name): ExportedValue => ({ value: exports[name], exportName: name, property: null }));
  const byDefault = exports["default"];
  if (byDefault === undefined) return values;
  values.push({ value: byDefault, exportName: "default", property: null });
  if (typeof byDefault !== "object" || byDefault === null) return values;
  for (const [property, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(byDefault))) {
    // TypeScript's CommonJS re-exports are getters; one that throws is simply no Task.
    const value: unknown = descriptor.get === undefined ? descriptor.value : readProperty(byDefault, property);
    values.push({ value, exportName: "default", property });
  }
  return values;
}
