import { distance } from "fastest-levenshtein";

/**
 * The nearest known name, when it is near enough to be what was meant. Case does not count.
 *
 * @example
 * nearestName("hi_memory", ["default", "high_memory"]) // "high_memory"
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const enough = Math.max(2, Math.floor(name.length / 3));
  const near = known
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ away }) => away <= enough);
  return near.reduce<(typeof near)[number] | undefined>(
    (best, one) => (best === undefined || one.away < best.away ? one : best),
    undefined,
  )?.candidate;
}
