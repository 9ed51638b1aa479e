import { byCodeUnit } from "./naming.js";

/**
 * Orders versions as people read them: numbers by their value, and what has a suffix (`1.4.0-rc1`) before what it leads to
 * (`1.4.0`). Not semantic versioning: a release's version may be anything that is a name.
 *
 * @returns negative, zero or positive, as for `sort`
 * @example
 * byVersion("1.9.0", "1.10.0") // negative
 */
export function byVersion(a: string, b: string): number {
  const [mainA, suffixA] = split(a);
  const [mainB, suffixB] = split(b);
  const order = natural(mainA, mainB);
  if (order !== 0) return order;
  if (suffixA !== null && suffixB !== null) return natural(suffixA, suffixB) || byCodeUnit(a, b);
  return Number(suffixA === null) - Number(suffixB === null) || byCodeUnit(a, b);
}

function split(version: string): [string, string | null] {
  const dash = version.indexOf("-");
  return dash < 0 ? [version, null] : [version.slice(0, dash), version.slice(dash)];
}

function natural(a: string, b: string): number {
  const partsA = a.match(/\d+|[^\d.-]+/g) ?? [];
  const partsB = b.match(/\d+|[^\d.-]+/g) ?? [];
  for (const [index, part] of partsA.entries()) {
    const other = partsB[index];
    if (other === undefined) return 1;
    const order = /\d/.test(part) && /\d/.test(other) ? byNumber(part, other) : byCodeUnit(part, other);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length;
}

/** Digits of any length: a date with a time is more than a number can hold. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((digits) => digits.replace(/^0+(?=\d)/, "")) as [string, string];
  return left.length - right.length || byCodeUnit(left, right);
}
