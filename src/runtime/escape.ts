import { printable } from "../model/printable.js";

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Makes a text one line that no terminal obeys. Within JSON the result is the same JSON value, as such characters
 * occur only inside its strings (and `JSON.stringify` leaves no raw newline).
 *
 * @example
 * escapeUnsafe("a\u001b[2J") // "a\\u001b[2J"
 */
export function escapeUnsafe(text: string): string {
  return printable(text.replace(/[\n\r\t]/g, (found) => SHORT[found] ?? found));
}
