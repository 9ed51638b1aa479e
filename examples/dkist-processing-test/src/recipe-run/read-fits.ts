import { decodeFits, type FitsFile } from "../formats/fits-image.js";
import type { Scratch } from "./scratch.js";

/** Reads a FITS file of the recipe run; an error names the file. */
export async function readFits(scratch: Scratch, name: string): Promise<FitsFile> {
  const bytes = await scratch.read(name);
  try {
    return decodeFits(bytes);
  } catch (cause) {
    throw new Error(`${scratch.path(name)} can't be read as FITS`, { cause });
  }
}
