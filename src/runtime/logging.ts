import type { LogFields, TaskLog } from "../authoring/task.js";
import { describeError, isError, stackOf } from "./error-facts.js";
import { escapeUnsafe } from "./escape.js";
import { isSecretField, REDACTED, type Redact } from "./redaction.js";

export type LogFormat = "text" | "json";
export type LogLevel = "DEBUG" | "INFO" | "WARN" | "ERROR";

/** One event of the log, before it has a form. */
export interface LogEvent {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A value that stands in a text line as it is: no space, no quote, nothing that could be read as another field. */
const BARE_VALUE = /^[\w.:/@%+,-]+$/;

/**
 * Makes the log of a task process: a line an event, secrets taken out, nothing in it that drives a terminal.
 *
 * @param write - takes whole lines with their newline
 */
export function createLog(format: LogFormat, redact: Redact, write: (lines: string) => void): TaskLog {
  const formatEvent = format === "json" ? formatJson : formatText;
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      write(formatEvent({ time: new Date(), level, message, fields }, redact));
    };
  return { debug: log("DEBUG"), info: log("INFO"), warn: log("WARN"), error: log("ERROR") };
}

/**
 * `2026-01-01T00:00:00.000Z INFO message key=value`. The stack of an error among the fields follows in lines of its
 * own, each with the time, the level and a bar before it, so that no text in it can pass for another event.
 */
export function formatText(event: LogEvent, redact: Redact): string {
  const head = `${event.time.toISOString()} ${event.level.padEnd(5)}`;
  let line = `${head} ${escapeUnsafe(redact(asText(event.message)))}`;
  const stacks: string[] = [];
  for (const [key, value] of entriesOf(event.fields)) {
    if (value === undefined) continue;
    line += ` ${escapeUnsafe(key.replace(/[\s="]/g, "_"))}=${textValue(key, value, redact)}`;
    const stack = stackOf(value);
    if (stack !== undefined) stacks.push(...redact(stack).split(/\r?\n/));
  }
  return [line, ...stacks.map((frame) => `${head} | ${escapeUnsafe(frame)}`)].join("\n") + "\n";
}

/** `{"time":...,"level":...,"message":...,<fields>}`; a field of such a name is written as `<name>_`. */
export function formatJson(event: LogEvent, redact: Redact): string {
  const head = { time: event.time.toISOString(), level: event.level, message: redact(asText(event.message)) };
  const entries = entriesOf(event.fields).map(([key, value]) => [key in head ? `${key}_` : key, value] as const);
  const line = safeStringify({ ...head, ...Object.fromEntries(entries) }, redact);
  return `${escapeUnsafe(line ?? JSON.stringify({ ...head, fields: "cannot be written as JSON" }))}\n`;
}

/** A getter that throws must not make a task fail that only logs. */
function entriesOf(fields: LogFields): [string, unknown][] {
  return Object.keys(fields).map((key) => {
    try {
      return [key, fields[key]];
    } catch {
      return [key, "[cannot be read]"];
    }
  });
}

function textValue(key: string, value: unknown, redact: Redact): string {
  if (isSecretField(key)) return REDACTED;
  if (isError(value)) {
    const { name, message } = describeError(value);
    return escapeUnsafe(JSON.stringify(redact(`${name}: ${message}`)));
  }
  if (typeof value === "string") {
    const text = redact(value);
    return BARE_VALUE.test(text) ? text : escapeUnsafe(JSON.stringify(text));
  }
  return escapeUnsafe(safeStringify(value, redact) ?? JSON.stringify(redact(describeError(value).message)));
}

/** Undefined for what JSON cannot hold: a function, a ring, a `toJSON` that throws. */
function safeStringify(value: unknown, redact: Redact): string | undefined {
  try {
    // A function and a symbol have no JSON; the type of JSON.stringify does not say so.
    return JSON.stringify(value, (key, item: unknown) => jsonItem(key, item, redact));
  } catch {
    return undefined;
  }
}

function jsonItem(key: string, item: unknown, redact: Redact): unknown {
  if (isSecretField(key) && item !== null && item !== undefined) return REDACTED;
  if (typeof item === "string") return redact(item);
  if (typeof item === "bigint") return item.toString();
  if (isError(item)) return { ...describeError(item), stack: stackOf(item) };
  return item;
}

/** A message is typed as text, but a task written in JavaScript may log anything. */
function asText(message: unknown): string {
  return typeof message === "string" ? message : describeError(message).message;
}
