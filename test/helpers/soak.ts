import { appendFileSync } from "node:fs";

/**
 * How often a test repeats what depends on chance: seldom in the normal tests, often in `npm run test:soak`, which sets
 * these variables and prints what was counted.
 *
 * @param variable - holds the number, e.g. `DKIST_SOAK_KILLS`
 */
export function soakRounds(variable: string, normally: number): number {
  const rounds = Number(process.env[variable] ?? normally);
  if (Number.isSafeInteger(rounds) && rounds > 0) return rounds;
  throw new Error(`${variable} must be a positive whole number`);
}

/** Adds to what the soak prints at its end, e.g. `{ "moments killed": 1 }`. */
export function countInSoak(counts: Readonly<Record<string, number>>): void {
  const file = process.env["DKIST_SOAK_COUNTS"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(counts)}\n`);
}
