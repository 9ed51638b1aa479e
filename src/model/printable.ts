/**
 * Every control, format (bidirectional marks, zero width, ...) and line separator character, every half of a surrogate
 * pair without its other half, and what XML cannot hold: what could break a line, hide text, or drive a terminal.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;
/** Most texts are plain, and compiling the large classes above takes a small task's process a noticeable time. */
const PLAIN = /^[ -~]*$/;

/**
 * Text from users as a terminal, a log and an XML file may show it: control characters (which can recolour or clear a
 * terminal), those that can make a text read as another, and what XML cannot hold become `\uXXXX`.
 *
 * @example
 * printable("a\u001b[2Jb") // "a\\u001b[2Jb"
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, escapeUnits);
}

/** By UTF-16 unit, as JSON has no escape for a whole character beyond U+FFFF. */
function escapeUnits(text: string): string {
  let escaped = "";
  for (let index = 0; index < text.length; index += 1) {
    escaped += `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
