// Interleaved runs: what disturbs the machine for a while disturbs every side.

/**
 * Runs every side once unmeasured (caches warm; `check` looks at what it made), then all sides in turn, in reverse order
 * every other round; memory in one more run of its own, as sampling it takes time.
 *
 * @param sides `{ name, command, prepare?, check? }`; `prepare` runs before every run and is not measured
 * @returns per side `{ name, wall: { min, median }, cpu: { min, median }, peak, runs }` in seconds and bytes
 */
export async function compare(meter, sides, { rounds, memory = false }) {
  const samples = new Map(sides.map((side) => [side, []]));
  const peaks = new Map();
  for (const side of sides) {
    await side.prepare?.();
    const { output, peak } = await meter.measure(side.command, memory);
    await side.check?.(output);
    peaks.set(side, peak);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      await side.prepare?.();
      samples.get(side).push(await meter.measure(side.command));
    }
  }
  return sides.map((side) => ({
    name: side.name,
    wall: summary(samples.get(side).map(({ wall }) => wall)),
    cpu: summary(samples.get(side).map(({ cpu }) => cpu)),
    peak: memory ? peaks.get(side) : undefined,
    runs: rounds,
  }));
}

/** @returns `{ min, median }` */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median };
}
