import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { runTask } from "dkist-processing-core/testing";
import { mean, standardDeviation } from "simple-statistics";
import type { Pixels } from "../src/formats/fits-image.js";
import { parseFitsTime } from "../src/recipe-run/fits-time.js";
import { readFrameIndex } from "../src/recipe-run/frames.js";
import { readFits } from "../src/recipe-run/read-fits.js";
import { readInstrument, type Instrument } from "../src/recipe-run/instrument.js";
import { Scratch } from "../src/recipe-run/scratch.js";
import { estimateNoise } from "../src/science/noise.js";
import { LAMP_ADU, SCENE_ADU, SyntheticDetector } from "../src/science/synthetic-detector.js";
import { GenerateCalibratedData } from "../src/tasks/generate-calibrated-data.js";
import { NoOpTask } from "../src/tasks/no-op-task.js";
import { ParseL0TestInputData } from "../src/tasks/parse-l0-test-input-data.js";
import { TransferL0Data } from "../src/tasks/transfer-l0-data.js";
import { useTemporaryScratch } from "./helpers/folders.js";

/**
 * The detector's dark and gain are known, and so is the scene. Every tolerance follows from the noise that the detector
 * adds: a mean of N frames of noise s is known to s / sqrt(N), and of 7680 pixels none strays further than 6 of that.
 */
const SEED = 20260101;
const CALIBRATION_FRAMES = 25;
const SIGMAS = 6;

describe("the calibration", () => {
  const scratch = new Scratch(join(useTemporaryScratch(), "7"), "test");
  let instrument: Instrument;
  let truth: SyntheticDetector;
  let darkNoise: number;
  let gainNoise: number;

  before(async () => {
    const conf = { seed: SEED, frames: { dark: CALIBRATION_FRAMES, gain: CALIBRATION_FRAMES, observe: 4 } };
    for (const Task of [TransferL0Data, ParseL0TestInputData, GenerateCalibratedData]) {
      const { outcome, error } = await runTask(Task, { recipeRunId: 7, conf });
      assert.equal(outcome, "success", String(error));
    }
    const context = { recipeRunId: 7, workflowName: "w", workflowVersion: "dev", assetsFolder: "." };
    instrument = await readInstrument(new NoOpTask(context));
    truth = new SyntheticDetector(instrument, SEED);
    darkNoise = noiseOf(0) / Math.sqrt(CALIBRATION_FRAMES);
    gainNoise = Math.hypot(noiseOf(LAMP_ADU) / Math.sqrt(CALIBRATION_FRAMES), darkNoise) / LAMP_ADU;
  });

  test("finds the known dark", async () => {
    const { pixels } = await readFits(scratch, "calibrated/dark.fits");
    assertNoise(difference(pixels, truth.dark), darkNoise);
  });

  test("finds the known gain", async () => {
    const { pixels } = await readFits(scratch, "calibrated/gain.fits");
    assert.ok(Math.abs(mean(Array.from(pixels)) - 1) < 1e-6);
    assertNoise(difference(pixels, truth.gain), gainNoise);
  });

  test("gives back the true scene, frame by frame", async () => {
    const { observe } = await readFrameIndex(scratch);
    const start = parseFitsTime("2026-01-01T18:00:00.000").getTime();
    const names = await scratch.list("calibrated/observe", ".fits");
    assert.equal(names.length, observe.length);
    for (const name of names) {
      const { pixels, header } = await readFits(scratch, name);
      const seconds = (parseFitsTime(String(header.get("DATE-OBS"))).getTime() - start) / 1000;
      assertNoise(difference(pixels, truth.scene(seconds)), Math.hypot(noiseOf(SCENE_ADU), SCENE_ADU * gainNoise));
    }
  });

  test("leaves no more noise than the estimate without truth says", async () => {
    const { pixels, columns, rows } = await readFits(scratch, "calibrated/observe/0000.fits");
    const expected = Math.hypot(noiseOf(SCENE_ADU), SCENE_ADU * gainNoise);
    const ratio = estimateNoise(pixels, columns, rows) / expected;
    assert.ok(ratio > 0.9 && ratio < 1.2, `the estimate is ${ratio} times the noise`);
  });

  /** Read noise, shot noise, and the rounding to whole counts, of one frame at a signal. */
  function noiseOf(signal: number): number {
    const { readNoiseAdu, electronsPerAdu } = instrument.detector;
    return Math.sqrt(readNoiseAdu ** 2 + signal / electronsPerAdu + 1 / 12);
  }
});

/** A residual that is noise: centred on zero, as wide as expected, and without outliers. */
function assertNoise(residual: readonly number[], expected: number): void {
  const bias = Math.abs(mean([...residual]));
  const width = standardDeviation([...residual]) / expected;
  const worst = residual.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / expected;
  assert.ok(bias < (SIGMAS * expected) / Math.sqrt(residual.length) + 1e-6 * expected, `biased by ${bias}`);
  assert.ok(width > 0.95 && width < 1.1, `${width} times as wide as the noise`);
  assert.ok(worst < SIGMAS, `an outlier of ${worst} standard deviations`);
}

function difference(pixels: Pixels, truth: ArrayLike<number>): number[] {
  return Array.from(pixels, (value, i) => value - (truth[i] ?? Number.NaN));
}
