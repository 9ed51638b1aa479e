import type { FailedTask } from "./failure-message.js";

/** What the DAG's callback writes to stdin. */
export interface Notification {
  readonly failed: FailedTask;
  /** The exception that Airflow knows. */
  readonly exception: { readonly name: string; readonly message: string } | null;
  /** Path of the failure report that the task may have left. */
  readonly failureReport: string | null;
}

/**
 * Reads the one JSON object on stdin. What is not of its type is an error only where the message needs it: a callback
 * that says less shall still lead to a message.
 *
 * @throws TypeError saying which field is wrong
 */
export function parseNotification(text: string): Notification {
  let content: unknown;
  try {
    content = JSON.parse(text) as unknown;
  } catch {
    throw new TypeError("stdin is not valid JSON");
  }
  if (!isRecord(content)) throw new TypeError("stdin must hold a JSON object");
  const record = content;
  const required = (name: string): string => {
    const value = record[name];
    if (typeof value !== "string" || value === "") throw new TypeError(`${name} on stdin must be a text`);
    return value;
  };
  const optional = (name: string): string | null => {
    const value = record[name];
    return typeof value === "string" ? value : null;
  };
  return {
    failed: {
      workflowName: required("workflowName"),
      workflowVersion: required("workflowVersion"),
      taskName: required("taskName"),
      dagId: required("dagId"),
      dagRunId: optional("dagRunId"),
      dagRunStart: optional("dagRunStart"),
      tryNumber: tryNumber(record["tryNumber"]),
      logUrl: optional("logUrl"),
    },
    exception: exception(record["exception"]),
    failureReport: optional("failureReport"),
  };
}

function tryNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1 ? value : null;
}

function exception(value: unknown): Notification["exception"] {
  if (!isRecord(value) || typeof value["name"] !== "string") return null;
  return { name: value["name"], message: typeof value["message"] === "string" ? value["message"] : "" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
