import { DkistCoreError } from "./diagnostics.js";

/**
 * Refuses a number that would be used in silence for something else, such as NaN.
 *
 * @param name - of the option
 * @throws DkistCoreError BAD_USAGE
 */
export function requireWholeNumber(name: string, value: number, least: 0 | 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DkistCoreError("BAD_USAGE", `${name} cannot be ${String(value)}`, {
    hint: `give a whole number from ${least} to ${Number.MAX_SAFE_INTEGER}`,
  });
}
