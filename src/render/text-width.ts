/**
 * How wide a text is at most, in pixels: no fonts here, and who looks has fonts of their own. Measured with DejaVu Sans,
 * the widest that browsers fall back to; bold makes it a tenth wider.
 */
export function textWidth(text: string, fontSize: number, bold: boolean): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * fontSize * (bold ? 1.1 : 1);
}

function emsOf(character: string): number {
  if (/[ijlI.,:;'|!ftr ()]/.test(character)) return 0.41;
  if (/[mwMW@%]/.test(character)) return 0.98;
  if (/[A-Z_0-9]/.test(character)) return 0.67;
  if (/[\x20-\x7e·]/.test(character)) return 0.62;
  return 1.1;
}

/** A text cut in its middle, where it has more characters than this: how names end often tells them apart. */
export function shortened(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const half = (longest - 1) / 2;
  return `${characters.slice(0, Math.ceil(half)).join("")}…${characters.slice(-Math.floor(half)).join("")}`;
}
