import { DkistCoreError, type Diagnostic } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { errorFinding, linesText } from "./text.js";

/** The one document that a command writes with `--json`, also when it fails. */
export interface JsonDocument {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly ok: boolean;
  readonly diagnostics: readonly (Omit<Diagnostic, "code"> & { readonly code: string })[];
  readonly result: unknown;
}

/** What a command found, and what it made. */
export interface CommandOutcome {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly result: unknown;
}

export function outcomeDocument(command: string, { ok, diagnostics, result }: CommandOutcome): JsonDocument {
  return { schemaVersion: 1, command, ok, diagnostics, result };
}

/** An error stands among the findings, so that a machine has one place to look. */
export function errorDocument(command: string, error: unknown): JsonDocument {
  const diagnostic =
    error instanceof DkistCoreError
      ? errorFinding(error)
      : { severity: "error" as const, code: "INTERNAL", message: messageOf(error), location: {} };
  return { schemaVersion: 1, command, ok: false, diagnostics: [diagnostic], result: null };
}

export function jsonText(document: JsonDocument): string {
  return printableJson(document, 2);
}

/**
 * A document as a command writes it. `run` streams a line an event, so what it has to say beyond its events is a line too.
 */
export function documentText(command: string, document: JsonDocument): string {
  return command === "run" ? printableJson({ event: "error", ...document }) : jsonText(document);
}

/**
 * JSON that may come to a terminal: what could steer it stands as an escape, which to JSON is the same text. JSON itself
 * escapes only some of it.
 *
 * @param indent - spaces a level; none: one line
 */
export function printableJson(value: object, indent?: number): string {
  return `${linesText(JSON.stringify(value, undefined, indent))}\n`;
}
