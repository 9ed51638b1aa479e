/**
 * Reads and writes a FITS file of one image: what this repo needs of the standard, with checksums. The packages
 * on npm that write FITS do not write checksums, and none of them is widely used.
 */
import { CARD_LENGTH, formatCard, parseCards, type Card, type CardValue } from "./fits-card.js";
import { addWithCarry, encodeChecksum, onesComplementSum } from "./fits-checksum.js";

/** Raw counts are 16-bit, calibrated values single precision. */
export type Pixels = Uint16Array | Float32Array;

/** Row by row from the bottom left, as FITS has it. */
export interface Image<P extends Pixels = Pixels> {
  readonly columns: number;
  readonly rows: number;
  readonly pixels: P;
}

export interface FitsFile<P extends Pixels = Pixels> extends Image<P> {
  /** Every card with a value, by its keyword. */
  readonly header: ReadonlyMap<string, CardValue>;
  readonly history: readonly string[];
}

const BLOCK_LENGTH = 2880;
/** FITS knows no unsigned integers: they are stored as signed ones, off by this. */
const UINT16_ZERO = 32768;
const NO_CHECKSUM = "0".repeat(16);

/** The bytes of a FITS file; `cards` follow the mandatory ones. */
export function encodeFits(image: Image, cards: readonly Card[]): Uint8Array {
  if (image.pixels.length !== image.columns * image.rows) {
    throw new RangeError(`${image.columns} x ${image.rows} pixels expected, ${image.pixels.length} given`);
  }
  const data = encodePixels(image.pixels);
  const dataSum = onesComplementSum(data);
  const header = (checksum: string): Uint8Array =>
    encodeHeader([
      ...structure(image),
      ...cards,
      { keyword: "DATASUM", value: String(dataSum), comment: "data unit checksum" },
      { keyword: "CHECKSUM", value: checksum, comment: "HDU checksum" },
    ]);
  const sum = addWithCarry(onesComplementSum(header(NO_CHECKSUM)), dataSum);
  return Buffer.concat([header(encodeChecksum(sum)), data]);
}

/** @throws Error when the bytes are not such a file, or its checksum is wrong. */
export function decodeFits(bytes: Uint8Array): FitsFile {
  if (bytes.byteLength === 0 || bytes.byteLength % BLOCK_LENGTH !== 0) throw new Error("not whole FITS blocks");
  const { cards, length } = decodeHeader(bytes);
  const header = new Map(
    cards.filter(({ keyword }) => keyword !== "HISTORY").map((card) => [card.keyword, card.value]),
  );
  if (header.get("SIMPLE") !== true || header.get("NAXIS") !== 2) throw new Error("not a FITS file of one image");
  if (header.has("CHECKSUM") && onesComplementSum(bytes) !== 0xffff_ffff) throw new Error("the FITS checksum is wrong");
  const [columns, rows] = [Number(header.get("NAXIS1")), Number(header.get("NAXIS2"))];
  const history = cards.filter(({ keyword }) => keyword === "HISTORY").map(({ value }) => String(value));
  const pixels = decodePixels(bytes.subarray(length), columns * rows, Number(header.get("BITPIX")));
  return { columns, rows, pixels, header, history };
}

function structure({ columns, rows, pixels }: Image): Card[] {
  const unsigned = pixels instanceof Uint16Array;
  return [
    { keyword: "SIMPLE", value: true, comment: "conforms to the FITS standard" },
    { keyword: "BITPIX", value: unsigned ? 16 : -32, comment: unsigned ? "16-bit integers" : "single precision" },
    { keyword: "NAXIS", value: 2 },
    { keyword: "NAXIS1", value: columns },
    { keyword: "NAXIS2", value: rows },
    ...(unsigned
      ? [
          { keyword: "BSCALE", value: 1 },
          { keyword: "BZERO", value: UINT16_ZERO, comment: "the integers are unsigned" },
        ]
      : []),
  ];
}

function encodeHeader(cards: readonly Card[]): Uint8Array {
  const text = cards.map(formatCard).join("") + "END".padEnd(CARD_LENGTH);
  return Buffer.from(text.padEnd(toBlocks(text.length)), "latin1");
}

function decodeHeader(bytes: Uint8Array): { cards: Card[]; length: number } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  for (let end = 0; end < text.length; end += CARD_LENGTH) {
    if (text.slice(end, end + CARD_LENGTH).trimEnd() !== "END") continue;
    return { cards: parseCards(text.slice(0, end)), length: toBlocks(end + CARD_LENGTH) };
  }
  throw new Error("a FITS header without END");
}

function encodePixels(pixels: Pixels): Uint8Array {
  const data = new Uint8Array(toBlocks(pixels.byteLength));
  const view = new DataView(data.buffer);
  if (pixels instanceof Uint16Array) pixels.forEach((value, i) => view.setInt16(i * 2, value - UINT16_ZERO));
  else pixels.forEach((value, i) => view.setFloat32(i * 4, value));
  return data;
}

function decodePixels(data: Uint8Array, count: number, bitpix: number): Pixels {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (bitpix === 16) return Uint16Array.from({ length: count }, (_, i) => view.getInt16(i * 2) + UINT16_ZERO);
  if (bitpix === -32) return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4));
  throw new Error(`BITPIX ${bitpix} is none that this repo writes`);
}

function toBlocks(length: number): number {
  return Math.ceil(length / BLOCK_LENGTH) * BLOCK_LENGTH;
}
