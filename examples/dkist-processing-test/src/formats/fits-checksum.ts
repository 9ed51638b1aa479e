/** The checksums of FITS Standard 4.0, section 4.4.2.7 and appendix J. */

/** The ones' complement sum of the big-endian 32-bit words; `bytes` is a whole number of them. */
export function onesComplementSum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let offset = 0; offset < bytes.byteLength; offset += 4) sum = addWithCarry(sum, view.getUint32(offset));
  return sum;
}

export function addWithCarry(a: number, b: number): number {
  const sum = a + b;
  return sum > 0xffff_ffff ? sum - 0xffff_ffff : sum;
}

/**
 * The complement of a sum as 16 letters and digits: written into a header whose CHECKSUM was sixteen zeros (the
 * character), they make the sum of the whole HDU minus zero.
 */
export function encodeChecksum(sum: number): string {
  const complement = ~sum >>> 0;
  const columns = [24, 16, 8, 0].map((shift) => spread((complement >>> shift) & 0xff));
  // Character k of each byte's four lands in word k, so that the sum of the four words is the complement.
  const text = [0, 1, 2, 3].flatMap((k) => columns.map((column) => String.fromCharCode(column[k] ?? 0x30))).join("");
  // The value starts at column 12 of its card, one byte short of a word: rotate right by one.
  return text.slice(-1) + text.slice(0, -1);
}

/** One byte as the sum of four alphanumeric characters above "0". */
function spread(byte: number): number[] {
  const quarter = byte >>> 2;
  const characters = [quarter + (byte & 3), quarter, quarter, quarter].map((offset) => 0x30 + offset);
  // Move each pair apart, one up and one down, until none of the characters is punctuation.
  while (characters.some(isPunctuation)) {
    for (const [up, down] of [
      [0, 1],
      [2, 3],
    ] as const) {
      if (isPunctuation(characters[up] ?? 0) || isPunctuation(characters[down] ?? 0)) {
        characters[up] = (characters[up] ?? 0) + 1;
        characters[down] = (characters[down] ?? 0) - 1;
      }
    }
  }
  return characters;
}

function isPunctuation(code: number): boolean {
  return (code > 0x39 && code < 0x41) || (code > 0x5a && code < 0x61);
}
