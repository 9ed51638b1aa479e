const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Cs}/gu;

/**
 * Text from users as a terminal, a log and an XML file may show it: control characters (which can recolour or clear a
 * terminal), bidirectional ones (which can make a text read as another) and what XML cannot hold become `\uXXXX`.
 *
 * @example
 * printable("a\u001b[2Jb") // "a\\u001b[2Jb"
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
