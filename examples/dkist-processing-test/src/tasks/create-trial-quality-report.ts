import PdfDocument from "pdfkit";
import { QUALITY, qualitySchema, type FrameMetrics, type Quality } from "../recipe-run/quality.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** A PDF file holds the time it was made; this one makes two runs over the same data equal. */
const FIXED_TIME = new Date(0);

/** Writes the quality data as a document for people. */
export class CreateTrialQualityReport extends RecipeRunTask {
  async run(): Promise<void> {
    const quality = qualitySchema.parse(await this.scratch.readJson(QUALITY, "TestAssembleQualityData"));
    await this.scratch.write("output/trial/quality-report.pdf", await drawReport(quality));
    this.log.info("quality report is written");
  }
}

async function drawReport({ recipeRunId, unit, level0, level1, warnings }: Quality): Promise<Buffer> {
  const title = `Quality report of recipe run ${recipeRunId}`;
  const pdf = new PdfDocument({ size: "A4", info: { Title: title, CreationDate: FIXED_TIME, ModDate: FIXED_TIME } });
  const section = (heading: string, lines: readonly string[]): void => {
    pdf.moveDown().fontSize(14).text(heading).moveDown(0.3).fontSize(10);
    for (const line of lines) pdf.text(line);
  };

  pdf.fontSize(20).text(title);
  section(`Level 0 (${unit})`, [
    describe("dark", level0.dark),
    describe("gain", level0.gain),
    describe("observe", level0.observe),
    `dark level: ${level0.darkDriftPerHour.toFixed(2)} an hour`,
  ]);
  section(`Level 1 (${unit})`, [
    describe("observe", level1),
    `contrast ${(100 * level1.contrast).toFixed(2)} %, signal to noise ${level1.signalToNoise.toFixed(1)}`,
  ]);
  section("Warnings", warnings.length === 0 ? ["none"] : warnings);
  pdf.end();

  const chunks: Buffer[] = [];
  for await (const chunk of pdf as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function describe(name: string, { frames, mean, rms, noise }: FrameMetrics): string {
  return `${name}: ${frames} frames, mean ${mean.toFixed(1)}, rms ${rms.toFixed(1)}, noise ${noise.toFixed(2)}`;
}
