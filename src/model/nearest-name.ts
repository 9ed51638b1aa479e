import { closest, distance } from "fastest-levenshtein";

/**
 * The nearest known name, when it is near enough to be what was meant.
 *
 * @example
 * nearestName("hi_memory", ["default", "high_memory"]) // "high_memory"
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(name, known);
  return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined;
}
