/** What a look at one thing came to. */
export interface Verdict {
  /**
   * `absent`: there is no such thing here, which is a problem only where it is needed. `not checked`: what it rests on is
   * not there or not right, and is said elsewhere.
   */
  readonly status: "ok" | "warning" | "problem" | "absent" | "not checked";
  /** What is there, or what is wrong: one line. */
  readonly found: string;
  /** What to do next. */
  readonly hint?: string;
}

/** One line of what doctor has to say. */
export interface CheckResult {
  /** What was looked at, e.g. `Node`. */
  readonly check: string;
  readonly status: "ok" | "warning" | "problem" | "not checked";
  readonly found: string;
  readonly hint?: string;
}

/**
 * How much a thing matters at a place.
 *
 * - `needed`: must be there, and be right;
 * - `if there`: must be right where it is there;
 * - `wanted`: it is good to know.
 */
export type Need = "needed" | "if there" | "wanted";

/** Weighs a verdict by how much the thing is needed. */
export function conclude(check: string, verdict: Verdict, need: Need): CheckResult {
  return { check, ...verdict, status: weigh(verdict.status, need) };
}

function weigh(status: Verdict["status"], need: Need): CheckResult["status"] {
  if (status === "absent") return need === "needed" ? "problem" : "not checked";
  return status === "problem" && need === "wanted" ? "warning" : status;
}

export function ok(found: string): Verdict {
  return { status: "ok", found };
}

export function warning(found: string, hint: string): Verdict {
  return { status: "warning", found, hint };
}

export function problem(found: string, hint?: string): Verdict {
  return { status: "problem", found, ...(hint === undefined ? {} : { hint }) };
}

export function absent(found: string, hint?: string): Verdict {
  return { status: "absent", found, ...(hint === undefined ? {} : { hint }) };
}

export function notChecked(found: string): Verdict {
  return { status: "not checked", found };
}
