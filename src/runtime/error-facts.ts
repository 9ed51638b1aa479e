import { inspect, types } from "node:util";
import { TASK_SKIPPED_BRAND } from "../authoring/brand.js";
import { ExitCode } from "./exit-codes.js";

/** An error's name and message in words, whatever was thrown. */
export interface ErrorFacts {
  readonly name: string;
  /** With the messages of its causes. */
  readonly message: string;
}

/** Deeper chains of causes are cut: they repeat themselves, and a chain can be a ring. */
const MAX_CAUSES = 4;

/** Codes of errors that say "not this task's fault, and another time it may work": network, disk, process limits. */
const INFRASTRUCTURE_CODES: ReadonlySet<unknown> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EDQUOT",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EIO",
  "EMFILE",
  "ENETDOWN",
  "ENETUNREACH",
  "ENFILE",
  "ENOSPC",
  "ENOTFOUND",
  "ESTALE",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Codes of errors that say "this bundle cannot run on this worker". */
const CONFIGURATION_CODES: ReadonlySet<unknown> = new Set([
  "ERR_DLOPEN_FAILED",
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
]);

/** Describes whatever was thrown: an Error with its causes, or any other value. Never throws itself. */
export function describeError(thrown: unknown): ErrorFacts {
  const chain = [...causes(thrown)];
  const [first] = chain;
  if (!isError(first)) return { name: "NonError", message: show(thrown) };
  const messages = chain.map((error) => (isError(error) ? textOf(error, "message") : show(error)));
  return { name: textOf(first, "name") || "Error", message: messages.filter((text) => text !== "").join(": ") };
}

/** The stack of an error, or undefined for a thrown value that has none. */
export function stackOf(thrown: unknown): string | undefined {
  return isError(thrown) ? textOf(thrown, "stack") || undefined : undefined;
}

/** Whether this is an Error, also one of another realm (a vm context), which `instanceof` does not know. */
export function isError(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true;
  try {
    return thrown instanceof Error;
  } catch {
    return false; // a proxy that throws
  }
}

/** Whether this is the TaskSkipped of any copy of the library. */
function isTaskSkipped(thrown: unknown): boolean {
  return read(thrown, TASK_SKIPPED_BRAND) === true;
}

/**
 * The exit code for what a task threw. Infrastructure (75) is an error, or a cause of it, with a code such as
 * ECONNREFUSED or ENOSPC, or one that says so itself with an own property `exitCode: 75`.
 */
export function exitCodeOfError(thrown: unknown): ExitCode {
  if (isTaskSkipped(thrown)) return ExitCode.SKIPPED;
  for (const error of causes(thrown)) {
    if (INFRASTRUCTURE_CODES.has(read(error, "code")) || read(error, "exitCode") === ExitCode.INFRASTRUCTURE) {
      return ExitCode.INFRASTRUCTURE;
    }
  }
  return ExitCode.TASK_FAILED;
}

/** The exit code for what loading a task's module threw: what is missing there is missing on every try. */
export function exitCodeOfLoadError(thrown: unknown): ExitCode {
  for (const error of causes(thrown)) {
    if (CONFIGURATION_CODES.has(read(error, "code"))) return ExitCode.CONFIGURATION;
  }
  return ExitCode.TASK_FAILED;
}

/** The thrown value, its cause, the cause of that; of an AggregateError without a cause its first error. */
function* causes(thrown: unknown): Generator {
  let current = thrown;
  for (let depth = 0; depth < MAX_CAUSES; depth += 1) {
    yield current;
    const errors = read(current, "errors");
    const next: unknown = read(current, "cause") ?? (Array.isArray(errors) ? errors[0] : undefined);
    if (next === undefined || next === current) return;
    current = next;
  }
}

/** A property of anything: a getter or a proxy that throws reads as undefined. */
function read(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

function textOf(error: Error, key: "name" | "message" | "stack"): string {
  const value = read(error, key);
  return typeof value === "string" ? value : "";
}

function show(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return inspect(value, { depth: 2, breakLength: Infinity, maxStringLength: 2_000, maxArrayLength: 20 });
  } catch {
    return "a value that cannot be shown";
  }
}
