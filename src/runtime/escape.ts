/**
 * Every control, format (bidirectional marks, zero width, ...) and line separator character, and every half of a
 * surrogate pair without its other half: what could break a line, hide text, or drive a terminal.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Most texts are plain, and compiling the large classes above takes a small task's process a noticeable time. */
const PLAIN = /^[ -~]*$/;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes a text one line that no terminal obeys. Within JSON the result is the same JSON value, as such characters
 * occur only inside its strings (and `JSON.stringify` leaves no raw newline).
 *
 * @example
 * escapeUnsafe("a\u001b[2J") // "a\\u001b[2J"
 */
export function escapeUnsafe(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, (found) => SHORT[found] ?? escapeUnits(found));
}

/** By UTF-16 unit, as JSON has no escape for a whole character beyond U+FFFF. */
function escapeUnits(text: string): string {
  let escaped = "";
  for (let index = 0; index < text.length; index += 1) {
    escaped += `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
