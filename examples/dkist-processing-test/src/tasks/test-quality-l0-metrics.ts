import { linearRegression, mean, rootMeanSquare } from "simple-statistics";
import { parseFitsTime } from "../recipe-run/fits-time.js";
import { readFrameIndex, type RawFrame } from "../recipe-run/frames.js";
import { readFits } from "../recipe-run/read-fits.js";
import { QUALITY_L0, type FrameMetrics, type QualityL0 } from "../recipe-run/quality.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";
import { estimateNoise } from "../science/noise.js";

const MILLISECONDS_PER_HOUR = 3_600_000;

/** Measures the raw frames: is the detector as it should be? */
export class TestQualityL0Metrics extends RecipeRunTask {
  async run(): Promise<void> {
    const frames = await readFrameIndex(this.scratch);
    const dark = await this.step("measure darks", () => this.#measure(frames.dark));
    const gain = await this.step("measure gains", () => this.#measure(frames.gain));
    const observe = await this.step("measure observe frames", () => this.#measure(frames.observe));

    const metrics: QualityL0 = {
      dark: summary(dark),
      gain: summary(gain),
      observe: summary(observe),
      darkDriftPerHour: driftPerHour(dark),
    };
    await this.scratch.writeJson(QUALITY_L0, metrics);
    this.log.info("raw frames are measured", { ...metrics });
  }

  async #measure(frames: readonly RawFrame[]): Promise<Measurement[]> {
    const measurements: Measurement[] = [];
    for (const { file, dateObs } of frames) {
      const { pixels, columns, rows } = await readFits(this.scratch, file);
      const values = Array.from(pixels);
      const noise = estimateNoise(pixels, columns, rows);
      const hours = parseFitsTime(dateObs).getTime() / MILLISECONDS_PER_HOUR;
      measurements.push({ hours, mean: mean(values), rms: rootMeanSquare(values), noise });
    }
    return measurements;
  }
}

interface Measurement {
  readonly hours: number;
  readonly mean: number;
  readonly rms: number;
  readonly noise: number;
}

function summary(measurements: readonly Measurement[]): FrameMetrics {
  if (measurements.length === 0) return { frames: 0, mean: 0, rms: 0, noise: 0 };
  return {
    frames: measurements.length,
    mean: mean(measurements.map((measurement) => measurement.mean)),
    rms: rootMeanSquare(measurements.map((measurement) => measurement.rms)),
    noise: rootMeanSquare(measurements.map((measurement) => measurement.noise)),
  };
}

/** The slope of the means over time; a single frame has none. */
function driftPerHour(measurements: readonly Measurement[]): number {
  const [first] = measurements;
  if (first === undefined || measurements.length < 2) return 0;
  return linearRegression(measurements.map(({ hours, mean: level }) => [hours - first.hours, level])).m;
}
