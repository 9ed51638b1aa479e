/**
 * Findings about the user's workflows, and the error that says we cannot go on. Both are plain data: text, JSON and
 * JUnit are made from them elsewhere.
 */

/** Every code a {@link Diagnostic} can carry. Words, not numbers: the code is the first line of its explanation. */
export const DIAGNOSTIC_CODES = [
  "NO_WORKFLOWS",
  "NO_NODES",
  "CYCLE",
  "SELF_UPSTREAM",
  "DUPLICATE_TASK",
  "UNKNOWN_UPSTREAM",
  "DUPLICATE_DAG_ID",
  "BAD_ID",
  "NAME_TOO_LONG",
  "BAD_VERSION",
  "BAD_OPTION",
  "TASK_NOT_EXPORTED",
  "TASK_ABSTRACT",
  "TASK_ANONYMOUS",
  "TASK_NAME_CLASH",
  "LOAD_FAILED",
  "LOAD_PRINTED",
  "BUNDLE_FAILED",
  "BUNDLE_DOES_NOT_START",
  "AIRFLOW_IMPORT_ERROR",
  "AIRFLOW_MISMATCH",
  "NO_COMMIT",
  "BAD_MANIFEST",
  "UNSAFE_ENTRY",
  "OVER_LIMIT",
  "DAMAGED",
  "FILE_MISSING",
  "FILE_UNLISTED",
  "RELEASE_MIXED",
  "RELEASE_INCOMPLETE",
  "VERSION_TAKEN",
  "DAG_TAKEN",
  "NOT_SENT",
  "NO_MESSAGE",
  "NOT_REMOVED",
] as const;

/** A finding's code, e.g. `CYCLE`. */
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/** Codes of a {@link DkistCoreError}: reasons why a command could not run at all. */
export const ERROR_CODES = [
  "BAD_CONFIG",
  "BAD_USAGE",
  "BAD_ASSET",
  "BAD_ARTIFACT",
  "LOAD_CRASHED",
  "TEMPLATE_FAILED",
  "AIRFLOW_UNUSABLE",
  "AIRFLOW_NO_ANSWER",
  "RELEASE_EXISTS",
  "UNCOMMITTED_CHANGES",
  "WRITE_FAILED",
  "STOPPED",
] as const;

/** An error's code, e.g. `BAD_CONFIG`. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Where a finding is: the author's source line where one is known, else the module and the workflow. */
export interface Location {
  /** Path relative to the client repo, with forward slashes. */
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
  /** One-based. */
  readonly column?: number;
  /** A workflow name. */
  readonly workflow?: string;
  /** A task name. */
  readonly node?: string;
  /** The option or config key, e.g. `retries`. */
  readonly field?: string;
}

/** One finding about the user's workflows. Findings are collected and all shown; an error among them stops the line. */
export interface Diagnostic {
  /** An error stops the line; a warning does not. */
  readonly severity: "error" | "warning";
  /** What kind of finding, in a word. */
  readonly code: DiagnosticCode;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** Where it is. */
  readonly location: Location;
}

/**
 * We cannot go on: a broken config, an unusable Airflow, a full disk. Thrown anywhere, caught once, at the edge.
 *
 * @example
 * throw new DkistCoreError("BAD_CONFIG", "outDir must be a string", { hint: "remove the brackets" });
 */
export class DkistCoreError extends Error {
  /** What kind of error, in a word. */
  readonly code: ErrorCode;
  /** What to do next. */
  readonly hint: string | undefined;
  /** Where it is, if anywhere. */
  readonly location: Location | undefined;

  /**
   * @param message - one sentence: what is wrong
   * @param options - what to do next, where it is, and the error behind it
   */
  constructor(code: ErrorCode, message: string, options: { hint?: string; location?: Location; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "DkistCoreError";
    this.code = code;
    this.hint = options.hint;
    this.location = options.location;
  }
}

/** True when the findings allow the line to go on. */
export function isClean(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every((diagnostic) => diagnostic.severity !== "error");
}

/** Findings in reading order: by file, line, workflow, node, then code and sentence. By code unit, never by locale. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => {
    const left = sortKey(a);
    const right = sortKey(b);
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? "";
      if (value < other) return -1;
      if (value > other) return 1;
    }
    return 0;
  });
}

function sortKey({ code, message, location }: Diagnostic): (string | number)[] {
  return [
    location.file ?? "",
    location.line ?? 0,
    location.column ?? 0,
    location.workflow ?? "",
    location.node ?? "",
    code,
    message,
  ];
}
