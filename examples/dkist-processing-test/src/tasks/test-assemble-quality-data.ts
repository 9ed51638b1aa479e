import {
  QUALITY,
  QUALITY_L0,
  QUALITY_L1,
  qualityL0Schema,
  qualityL1Schema,
  type Quality,
  type QualityL0,
  type QualityL1,
} from "../recipe-run/quality.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

const MAX_DARK_DRIFT_ADU_PER_HOUR = 100;
const MIN_SIGNAL_TO_NOISE = 50;

/** Makes one report of the metrics of both levels, and says what a reviewer should look at. */
export class TestAssembleQualityData extends RecipeRunTask {
  async run(): Promise<void> {
    const level0 = qualityL0Schema.parse(await this.scratch.readJson(QUALITY_L0, "TestQualityL0Metrics"));
    const level1 = qualityL1Schema.parse(await this.scratch.readJson(QUALITY_L1, "QualityL1Metrics"));
    const warnings = findWarnings(level0, level1);
    const quality: Quality = { recipeRunId: this.recipeRunId, unit: "adu", level0, level1, warnings };
    await this.scratch.writeJson(QUALITY, quality);
    for (const warning of warnings) this.log.warn(warning);
    this.log.info("quality data are assembled", { warnings: warnings.length });
  }
}

function findWarnings(level0: QualityL0, level1: QualityL1): string[] {
  const warnings: string[] = [];
  if (Math.abs(level0.darkDriftPerHour) > MAX_DARK_DRIFT_ADU_PER_HOUR) {
    warnings.push(`the dark level drifts by ${level0.darkDriftPerHour.toFixed(1)} adu an hour`);
  }
  if (level1.signalToNoise < MIN_SIGNAL_TO_NOISE) {
    warnings.push(`the signal is only ${level1.signalToNoise.toFixed(1)} times the noise`);
  }
  if (level1.frames !== level0.observe.frames) {
    warnings.push(`${level0.observe.frames} observe frames came in, ${level1.frames} were calibrated`);
  }
  return warnings;
}
