import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { Instrument } from "../recipe-run/instrument.js";

/** What a frame was taken for. */
export type FrameKind = "dark" | "gain" | "observe";

/** The counts of an evenly lit average pixel, above the dark. */
export const LAMP_ADU = 20_000;
/** The mean brightness of the scene, above the dark. */
export const SCENE_ADU = 12_000;

/**
 * A detector whose imperfections are known exactly, so that it can be seen whether the calibration removes them.
 * The same seed gives the same frames, bit for bit.
 */
export class SyntheticDetector {
  /** Counts without light. */
  readonly dark: Float64Array;
  /** Relative sensitivity; its mean is 1. */
  readonly gain: Float64Array;
  readonly #detector: Instrument["detector"];
  readonly #random: RandomGenerator;
  readonly #waves: readonly Wave[];

  constructor(instrument: Instrument, seed: number) {
    this.#detector = instrument.detector;
    this.#random = xoroshiro128plus(seed);
    this.dark = this.#darkPattern();
    this.gain = this.#gainPattern();
    this.#waves = Array.from({ length: 12 }, () => this.#wave());
  }

  /** The true scene at a moment of the observation: a surface that drifts and boils slowly. */
  scene(seconds: number): Float64Array {
    return this.#image((x, y) => {
      const relief = this.#waves.reduce(
        (sum, wave) => sum + Math.sin(wave.kx * x + wave.ky * y + wave.phase + wave.frequency * seconds),
        0,
      );
      return SCENE_ADU * (1 + 0.02 * relief);
    });
  }

  /** A raw frame: the light through the detector, with shot noise and read noise, in whole counts. */
  expose(kind: FrameKind, seconds: number): Uint16Array {
    const { electronsPerAdu } = this.#detector;
    const light = this.#light(kind, seconds);
    return Uint16Array.from(light, (flux, i) => {
      const signal = flux * (this.gain[i] ?? 0);
      const noise = this.#normal() * Math.sqrt(this.#detector.readNoiseAdu ** 2 + signal / electronsPerAdu);
      return Math.min(65_535, Math.max(0, Math.round((this.dark[i] ?? 0) + signal + noise)));
    });
  }

  #light(kind: FrameKind, seconds: number): Float64Array {
    if (kind === "observe") return this.scene(seconds);
    return this.#image(() => (kind === "gain" ? LAMP_ADU : 0));
  }

  /** A bias that rises along the readout direction, and an offset of each pixel. */
  #darkPattern(): Float64Array {
    const { biasAdu, rows } = this.#detector;
    return this.#image((_x, y) => biasAdu + (40 * y) / rows + 8 * this.#normal());
  }

  /** Vignetting towards the corners, and the sensitivity of each pixel. */
  #gainPattern(): Float64Array {
    const { columns, rows } = this.#detector;
    const pattern = this.#image((x, y) => {
      const distance = ((x - columns / 2) / columns) ** 2 + ((y - rows / 2) / rows) ** 2;
      return (1 - 0.3 * distance) * (1 + 0.02 * this.#normal());
    });
    const mean = pattern.reduce((sum, value) => sum + value, 0) / pattern.length;
    return pattern.map((value) => value / mean);
  }

  #wave(): Wave {
    const wavelength = 8 + 24 * uniformFloat64(this.#random);
    const direction = 2 * Math.PI * uniformFloat64(this.#random);
    return {
      kx: (2 * Math.PI * Math.cos(direction)) / wavelength,
      ky: (2 * Math.PI * Math.sin(direction)) / wavelength,
      phase: 2 * Math.PI * uniformFloat64(this.#random),
      frequency: 0.2 * uniformFloat64(this.#random),
    };
  }

  /** Box and Muller's way from even to normal random numbers. */
  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(this.#random)));
    return radius * Math.cos(2 * Math.PI * uniformFloat64(this.#random));
  }

  #image(pixel: (x: number, y: number) => number): Float64Array {
    const { columns, rows } = this.#detector;
    return Float64Array.from({ length: columns * rows }, (_, i) => pixel(i % columns, Math.floor(i / columns)));
  }
}

interface Wave {
  readonly kx: number;
  readonly ky: number;
  readonly phase: number;
  readonly frequency: number;
}
