import { max, mean, min, rootMeanSquare } from "simple-statistics";
import type { Card } from "../formats/fits-card.js";
import { encodeFits, type FitsFile } from "../formats/fits-image.js";
import { addSeconds } from "../recipe-run/fits-time.js";
import { readFits } from "../recipe-run/read-fits.js";
import { readInstrument, type Instrument } from "../recipe-run/instrument.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** Writes the calibrated frames as others shall find them: with a header that says all there is to know. */
export class WriteL1Data extends RecipeRunTask {
  async run(): Promise<void> {
    const instrument = await readInstrument(this);
    const names = await this.scratch.listSome("calibrated/observe", ".fits", "GenerateCalibratedData");
    await this.scratch.remove("output/l1");
    for (const [index, name] of names.entries()) {
      this.signal.throwIfAborted();
      const frame = await readFits(this.scratch, name);
      const cards = [
        ...this.#dataset(index, names.length),
        ...observation(instrument, frame),
        ...coordinates(instrument, frame),
        ...statistics(frame),
        ...this.#history(),
      ];
      const target = `output/l1/${this.#datasetId}_${String(index).padStart(4, "0")}_L1.fits`;
      await this.scratch.write(target, encodeFits(frame, cards));
    }
    this.log.info("level-1 frames are written", { frames: names.length, datasetId: this.#datasetId });
  }

  /** Letters for digits: an id that nobody takes for a number. */
  get #datasetId(): string {
    return [...String(this.recipeRunId)]
      .map((digit) => String.fromCharCode(65 + Number(digit)))
      .join("")
      .padStart(6, "Z");
  }

  #dataset(index: number, frames: number): Card[] {
    return [
      { keyword: "ORIGIN", value: "DKIST Data Center" },
      { keyword: "LEVEL", value: 1, comment: "calibrated" },
      { keyword: "DSETID", value: this.#datasetId, comment: "dataset" },
      { keyword: "FRAMENUM", value: index + 1, comment: "of the dataset's frames" },
      { keyword: "FRAMETOT", value: frames, comment: "frames in the dataset" },
      { keyword: "PROP_ID", value: "pid_test", comment: "observing proposal" },
      { keyword: "EXPER_ID", value: `eid_test_${this.recipeRunId}`, comment: "experiment" },
      { keyword: "RRUNID", value: this.recipeRunId, comment: "recipe run" },
      { keyword: "WKFLNAME", value: this.workflowName, comment: "workflow" },
      { keyword: "WKFLVERS", value: this.workflowVersion, comment: "workflow version" },
    ];
  }

  #history(): Card[] {
    const libraries = Object.entries(this.libraryVersions).map(([name, version]) => `${name} ${version}`);
    return [
      "dark subtracted, divided by gain",
      `written by ${this.taskName} of ${this.workflowName} ${this.workflowVersion}`,
      ...libraries.map((library) => `with ${library}`),
    ].map((value) => ({ keyword: "HISTORY", value }));
  }
}

function observation(instrument: Instrument, { header }: FitsFile): Card[] {
  const start = String(header.get("DATE-OBS"));
  const exposure = Number(header.get("XPOSURE"));
  const end = addSeconds(start, exposure);
  return [
    // The day a file is made would make two runs over the same data differ: it is the end of the exposure instead.
    { keyword: "DATE", value: end, comment: "of this file: the end of the exposure" },
    { keyword: "DATE-OBS", value: start },
    { keyword: "DATE-BEG", value: start },
    { keyword: "DATE-END", value: end },
    { keyword: "TIMESYS", value: "UTC" },
    { keyword: "XPOSURE", value: exposure, comment: "[s] exposure time" },
    { keyword: "OBSRVTRY", value: instrument.observatory },
    { keyword: "TELESCOP", value: instrument.telescope },
    { keyword: "INSTRUME", value: instrument.instrument },
    { keyword: "OBJECT", value: "synthetic granulation" },
    { keyword: "WAVELNTH", value: instrument.wavelengthNanometres, comment: "[nm] wavelength" },
    { keyword: "WAVEUNIT", value: -9, comment: "WAVELNTH is in units of 10^-9 m" },
  ];
}

/** Helioprojective coordinates with the disk centre in the middle of the frame. */
function coordinates({ plateScaleArcsecPerPixel: scale }: Instrument, { columns, rows }: FitsFile): Card[] {
  const axis = (n: number, type: string, length: number): Card[] => [
    { keyword: `CTYPE${n}`, value: type },
    { keyword: `CUNIT${n}`, value: "arcsec" },
    { keyword: `CRPIX${n}`, value: (length + 1) / 2 },
    { keyword: `CRVAL${n}`, value: 0 },
    { keyword: `CDELT${n}`, value: scale },
  ];
  return [...axis(1, "HPLN-TAN", columns), ...axis(2, "HPLT-TAN", rows)];
}

function statistics({ pixels }: FitsFile): Card[] {
  const values = Array.from(pixels);
  return [
    { keyword: "BUNIT", value: "adu" },
    { keyword: "DATAMIN", value: min(values) },
    { keyword: "DATAMAX", value: max(values) },
    { keyword: "DATAMEAN", value: mean(values) },
    { keyword: "DATARMS", value: rootMeanSquare(values) },
  ];
}
