import { show, type Check } from "./option-checks.js";
import { Unreadable } from "./read-property.js";

/** A value of the wrong kind, before it has its place. */
export interface WrongOption {
  readonly code: "BAD_OPTION" | "UNKNOWN_UPSTREAM";
  readonly field: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * What an author gave for an option, or its default where that is wrong.
 *
 * @param wrong - is given what is wrong with it
 */
export function readOption<T>(field: string, value: unknown, check: Check<T>, wrong: WrongOption[]): T {
  const checked = check(value);
  if (value instanceof Unreadable) {
    const hint = `a static ${field} must be a plain value`;
    wrong.push({ code: "BAD_OPTION", field, message: `${field} cannot be read: ${value.reason}`, hint });
  } else if (checked.wrong !== undefined) {
    const message = `${field} must be ${checked.wrong}, but is ${show(value)}`;
    wrong.push({ code: "BAD_OPTION", field, message, hint: checked.hint });
  }
  return checked.value;
}
