import type { CardValue } from "../formats/fits-card.js";
import { readFits } from "./read-fits.js";
import type { Scratch } from "./scratch.js";

/** What a catalog knows of a level-1 dataset. */
export interface Inventory {
  readonly datasetId: string;
  readonly recipeRunId: number;
  readonly instrument: string;
  readonly proposalId: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly wavelengthNanometres: number;
  readonly frames: readonly string[];
  readonly shape: readonly [rows: number, columns: number];
  readonly averageMean: number;
}

/** A level-1 frame's name without its folder, and its header. */
export interface L1Header {
  readonly name: string;
  readonly cards: Readonly<Record<string, CardValue>>;
}

/** The headers of the level-1 frames, in the order of time. */
export async function readL1Headers(scratch: Scratch): Promise<L1Header[]> {
  const names = await scratch.listSome("output/l1", ".fits", "WriteL1Data");
  const headers = names.map(async (name) => ({
    name: name.slice("output/l1/".length),
    cards: Object.fromEntries((await readFits(scratch, name)).header),
  }));
  return Promise.all(headers);
}

/** Summarises level-1 headers; there is at least one. */
export function makeInventory(recipeRunId: number, headers: readonly L1Header[]): Inventory {
  const [first, last] = [headers[0], headers.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a dataset without frames has no inventory");
  const means = headers.map(({ cards }) => Number(cards.DATAMEAN));
  return {
    datasetId: String(first.cards.DSETID),
    recipeRunId,
    instrument: String(first.cards.INSTRUME),
    proposalId: String(first.cards.PROP_ID),
    startTime: String(first.cards["DATE-BEG"]),
    endTime: String(last.cards["DATE-END"]),
    wavelengthNanometres: Number(first.cards.WAVELNTH),
    frames: headers.map(({ name }) => name),
    shape: [Number(first.cards.NAXIS2), Number(first.cards.NAXIS1)],
    averageMean: means.reduce((sum, mean) => sum + mean, 0) / means.length,
  };
}
