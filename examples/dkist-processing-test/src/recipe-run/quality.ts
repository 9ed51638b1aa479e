import * as z from "zod";

/** The metrics of frames of one kind. */
const frameMetricsSchema = z.object({
  frames: z.number().int().nonnegative(),
  mean: z.number(),
  rms: z.number(),
  /** What changes from pixel to pixel in a single frame: noise, and in raw frames the detector's pattern too. */
  noise: z.number(),
});

/** What TestQualityL0Metrics leaves. */
export const qualityL0Schema = z.object({
  dark: frameMetricsSchema,
  gain: frameMetricsSchema,
  observe: frameMetricsSchema,
  /** How the mean of the dark frames moves, in counts an hour: near zero for a stable detector. */
  darkDriftPerHour: z.number(),
});

/** What QualityL1Metrics leaves. */
export const qualityL1Schema = frameMetricsSchema.extend({
  /** Standard deviation over mean of the calibrated frames: how much structure the scene shows. */
  contrast: z.number(),
  signalToNoise: z.number(),
});

/** What TestAssembleQualityData makes of both. */
export const qualitySchema = z.object({
  recipeRunId: z.number().int().positive(),
  unit: z.literal("adu"),
  level0: qualityL0Schema,
  level1: qualityL1Schema,
  warnings: z.array(z.string()),
});

export type FrameMetrics = z.infer<typeof frameMetricsSchema>;
export type QualityL0 = z.infer<typeof qualityL0Schema>;
export type QualityL1 = z.infer<typeof qualityL1Schema>;
export type Quality = z.infer<typeof qualitySchema>;

export const QUALITY_L0 = "quality/l0.json";
export const QUALITY_L1 = "quality/l1.json";
export const QUALITY = "quality/quality.json";
