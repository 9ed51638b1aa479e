import { workflowRecord, type WorkflowRecord } from "../authoring/brand.js";

/** Nothing real nests Workflows deeper in its exports; a client's large data objects are not searched to their end. */
const MAX_DEPTH = 3;

/**
 * The Workflows among a module's exports, in the order of their names: exported as such, as default, or in arrays and
 * records. Each once, however often it is exported.
 */
export function findWorkflows(exports: Readonly<Record<string, unknown>>): WorkflowRecord[] {
  const found = new Set<WorkflowRecord>();
  const search = (value: unknown, depth: number): void => {
    const record = workflowRecord(value);
    if (record !== undefined) found.add(record);
    else if (depth < MAX_DEPTH) for (const inner of containedIn(value)) search(inner, depth + 1);
  };
  for (const name of Object.keys(exports).sort()) search(exports[name], 0);
  return [...found];
}

function containedIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value as unknown[];
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return [];
  // Getters are left alone: reading one may run anything.
  return Object.values(Object.getOwnPropertyDescriptors(value)).flatMap((property) =>
    "value" in property ? [property.value as unknown] : [],
  );
}
