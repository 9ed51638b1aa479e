import { ID_RULE, isId } from "../model/naming.js";

/** A value that is right, or a usable default with what it should have been. */
export interface Checked<T> {
  readonly value: T;
  readonly wrong?: string;
  readonly hint?: string;
}

export type Check<T> = (value: unknown) => Checked<T>;

/** Text that every language we render can hold: no NUL, no half of a surrogate pair, not empty. */
export function plainText(maxCharacters: number): Check<string> {
  return (value) =>
    typeof value === "string" &&
    value !== "" &&
    codePoints(value) <= maxCharacters &&
    value.isWellFormed() &&
    !value.includes("\0")
      ? { value }
      : { value: "", wrong: `a text of 1 to ${maxCharacters} characters (without NUL and broken surrogates)` };
}

/** As Python and its databases count characters. */
function codePoints(text: string): number {
  return Array.from(text).length;
}

/** A name that Airflow takes as it is: 2.11 refuses to load a DAG whose pool has any other character. */
export function idText(maxCharacters: number): Check<string> {
  return (value) =>
    typeof value === "string" && isId(value) && value.length <= maxCharacters
      ? { value }
      : { value: "", wrong: `1 to ${maxCharacters} ${ID_RULE}` };
}

export function integerBetween(least: number, most: number, fallback: number): Check<number> {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
      ? { value }
      : { value: fallback, wrong: `a whole number from ${least} to ${most}` };
}

/** A number of seconds, fractions allowed. */
export function secondsBetween(least: number, most: number, fallback: number): Check<number> {
  return (value) =>
    typeof value === "number" && value >= least && value <= most
      ? { value }
      : { value: fallback, wrong: `a number of seconds from ${least} to ${most}` };
}

/** The check, with null for a value that was not given. */
export function optional<T>(check: Check<T>): Check<T | null> {
  return (value) => {
    if (value === undefined) return { value: null };
    const result = check(value);
    return result.wrong === undefined ? result : { value: null, wrong: result.wrong };
  };
}

/** A wrong value as a finding shows it: short. */
export function show(value: unknown): string {
  const text =
    typeof value === "function"
      ? `the function or class ${value.name || "(anonymous)"}`
      : typeof value === "string"
        ? JSON.stringify(value)
        : typeof value === "object" && value !== null
          ? showObject(value)
          : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** What was thrown, in a line. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${show(thrown)} was thrown, which is no Error`;
  return `${thrown.name}: ${thrown.message.split("\n")[0] ?? ""}`;
}

function showObject(value: object): string {
  try {
    const text: unknown = JSON.stringify(value); // undefined where a toJSON() says so
    return typeof text === "string" ? text : "an object";
  } catch {
    return "an object";
  }
}
