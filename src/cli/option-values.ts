import { DkistCoreError } from "../model/diagnostics.js";

/**
 * A whole number from 1 on, as an option gives it.
 *
 * @throws DkistCoreError BAD_USAGE
 */
export function wholeNumber(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new DkistCoreError("BAD_USAGE", `${option} cannot be ${JSON.stringify(text)}`, {
    hint: `give a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
  });
}

/**
 * A decimal number, as an option gives it.
 *
 * @throws DkistCoreError BAD_USAGE
 */
export function decimalNumber(option: string, text: string, hint: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value <= most) return value;
  throw new DkistCoreError("BAD_USAGE", `${option} cannot be ${JSON.stringify(text)}`, { hint });
}
