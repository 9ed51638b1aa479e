import { createHash } from "node:crypto";
import type { FailureReport } from "../runtime/failure-report.js";

/** Which task failed, and where: what the DAG's callback knows. */
export interface FailedTask {
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly taskName: string;
  readonly dagId: string;
  readonly dagRunId: string | null;
  /** When the DAG run started, as Airflow writes it; tells a run apart from a deleted one of the same id. */
  readonly dagRunStart: string | null;
  /** One-based. */
  readonly tryNumber: number | null;
  readonly logUrl: string | null;
}

/** Why it failed, as far as that is known. */
export type FailureCause = Partial<FailureReport>;

/**
 * The message on the wire. The first six fields, their order and their encoding are those of the Python original's
 * RecipeRunFailureMessage; the others are additions that its readers ignore.
 */
export interface FailureMessage {
  readonly conversationId: string;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly taskName: string;
  readonly dagRunId: string | null;
  readonly logUrl: string | null;
  readonly errorName?: string;
  readonly errorMessage?: string;
  readonly tryNumber?: number;
  readonly exitCode?: number;
}

/**
 * Builds the failure message: fields in their order on the wire, additions only where they are known, and no half of a
 * surrogate pair, which Python could not read.
 *
 * @example
 * encodeFailureMessage(buildFailureMessage(failedTask, { errorName: "RangeError", errorMessage: "frame 7" }))
 */
export function buildFailureMessage(failed: FailedTask, cause: FailureCause): FailureMessage {
  return {
    conversationId: conversationId(failed),
    workflowName: failed.workflowName.toWellFormed(),
    workflowVersion: failed.workflowVersion.toWellFormed(),
    taskName: failed.taskName.toWellFormed(),
    dagRunId: failed.dagRunId?.toWellFormed() ?? null,
    logUrl: failed.logUrl?.toWellFormed() ?? null,
    ...(cause.errorName !== undefined && { errorName: cause.errorName.toWellFormed() }),
    ...(cause.errorMessage !== undefined && { errorMessage: cause.errorMessage.toWellFormed() }),
    ...(failed.tryNumber !== null && { tryNumber: failed.tryNumber }),
    ...(cause.exitCode !== undefined && { exitCode: cause.exitCode }),
  };
}

/** Compact JSON. With the same field order these are the bytes that pydantic's `model_dump_json` makes. */
export function encodeFailureMessage(message: FailureMessage): string {
  return JSON.stringify(message);
}

/**
 * The same for every attempt to send the message of one failed try, so that a reader can drop doubles.
 *
 * @returns 32 hex digits, the form of the original's `uuid4().hex`
 */
export function conversationId(failed: FailedTask): string {
  const { dagId, dagRunId, dagRunStart, taskName, tryNumber } = failed;
  // NUL is in none of them, so that no two different tasks can read the same when joined.
  const identity = [dagId, dagRunId ?? "", dagRunStart ?? "", taskName, tryNumber ?? ""].join("\0");
  return createHash("sha256").update(identity.toWellFormed()).digest("hex").slice(0, 32);
}
