import { mean, rootMeanSquare, standardDeviation } from "simple-statistics";
import { readFits } from "../recipe-run/read-fits.js";
import { QUALITY_L1, type QualityL1 } from "../recipe-run/quality.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";
import { estimateNoise } from "../science/noise.js";

/** Measures the calibrated frames: can they be used for science? */
export class QualityL1Metrics extends RecipeRunTask {
  async run(): Promise<void> {
    const names = await this.scratch.listSome("calibrated/observe", ".fits", "GenerateCalibratedData");
    const measurements = await this.step("measure calibrated frames", async () => {
      const all = [];
      for (const name of names) {
        const { pixels, columns, rows } = await readFits(this.scratch, name);
        const values = Array.from(pixels);
        const noise = estimateNoise(pixels, columns, rows);
        all.push({ mean: mean(values), rms: rootMeanSquare(values), deviation: standardDeviation(values), noise });
      }
      return all;
    });

    const level = mean(measurements.map((measurement) => measurement.mean));
    const noise = rootMeanSquare(measurements.map((measurement) => measurement.noise));
    const metrics: QualityL1 = {
      frames: names.length,
      mean: level,
      rms: rootMeanSquare(measurements.map((measurement) => measurement.rms)),
      noise,
      contrast: mean(measurements.map((measurement) => measurement.deviation / measurement.mean)),
      signalToNoise: level / noise,
    };
    await this.scratch.writeJson(QUALITY_L1, metrics);
    this.log.info("calibrated frames are measured", { ...metrics });
  }
}
