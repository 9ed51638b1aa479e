/** The arithmetic of the calibration; pure, so that it can be tested against what is known. */

/** The pixel by pixel mean of frames. */
export function averageFrames(frames: readonly ArrayLike<number>[]): Float32Array {
  const [first] = frames;
  if (first === undefined) throw new RangeError("there is no frame to average");
  const sum = new Float64Array(first.length);
  for (const frame of frames) {
    requireSameSize(frame, sum);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (frame[i] ?? 0);
  }
  return Float32Array.from(sum, (value) => value / frames.length);
}

/**
 * How much more or less than its average pixel the detector sees in each pixel.
 *
 * @param illuminated - the average of frames of even light
 * @param dark - the average of frames without light
 * @returns a pattern whose mean is 1
 */
export function gainPattern(illuminated: ArrayLike<number>, dark: ArrayLike<number>): Float32Array {
  const signal = subtract(illuminated, dark);
  const mean = signal.reduce((sum, value) => sum + value, 0) / signal.length;
  const gain = Float32Array.from(signal, (value) => value / mean);
  const dead = gain.findIndex((value) => !(value > 0));
  if (dead !== -1) throw new RangeError(`pixel ${dead} saw no light in the gain frames`);
  return gain;
}

/** What the sky would have looked like through an even detector. */
export function calibrate(raw: ArrayLike<number>, dark: ArrayLike<number>, gain: ArrayLike<number>): Float32Array {
  requireSameSize(raw, gain);
  return Float32Array.from(subtract(raw, dark), (signal, i) => signal / (gain[i] ?? Number.NaN));
}

function subtract(minuend: ArrayLike<number>, subtrahend: ArrayLike<number>): Float64Array {
  requireSameSize(minuend, subtrahend);
  return Float64Array.from(minuend, (value, i) => value - (subtrahend[i] ?? Number.NaN));
}

function requireSameSize(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new RangeError(`frames of ${a.length} and ${b.length} pixels don't fit together`);
}
