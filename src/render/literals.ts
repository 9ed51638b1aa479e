import { DkistCoreError } from "../model/diagnostics.js";

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * A value as a Python literal: the one gate that every value of a rendered DAG file goes through.
 *
 * The output is pure ASCII on one line. So nothing depends on a file's encoding, no partial's indentation can corrupt
 * it, and neither bidirectional controls nor look-alike letters can make it read as something it is not.
 *
 * JSON itself will not do: escaped by UTF-16 unit, an emoji becomes two lone surrogates in Python.
 *
 * @param value - a JSON value; an undefined one is refused, so that a misspelt template field fails loudly
 * @throws DkistCoreError TEMPLATE_FAILED for what Python source cannot hold or no one can mean: NUL, lone surrogates,
 *   NaN, infinities, undefined, functions
 * @see https://docs.python.org/3/reference/lexical_analysis.html#literals
 * @example
 * py({ tags: ["it's", null], "ok?": true }) // {"tags": ["it's", None], "ok?": True}
 */
export function py(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "string") return pyString(value);
  if (typeof value === "number") return pyNumber(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(py).join(", ")}]`;
  if (typeof value === "object") {
    const items = Object.entries(value).map(([key, item]) => `${pyString(key)}: ${py(item)}`);
    return `{${items.join(", ")}}`;
  }
  throw refused(`a value of type ${typeof value}`);
}

/** Printable ASCII without a quote or a backslash: what nearly every name is, and what needs no second look. */
const PLAIN = /^[ !#-[\]-~]*$/;

function pyString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let literal = "";
  // By code point: `\ud83d\ude00` would be two characters in Python, `\U0001f600` is one.
  for (const character of text) literal += pyCharacter(character);
  return `"${literal}"`;
}

function pyCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const point = character.codePointAt(0) ?? 0;
  if (point === 0) throw refused("a text with a NUL character");
  if (point >= 0xd800 && point <= 0xdfff) throw refused("a text with half of a surrogate pair");
  if (point >= 0x20 && point <= 0x7e) return character;
  return point <= 0xffff ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

function pyNumber(value: number): string {
  if (!Number.isFinite(value)) throw refused(`the number ${String(value)}`);
  // String() says "0": Python tells the two apart, so we do.
  return Object.is(value, -0) ? "-0.0" : String(value);
}

function hex(point: number, digits: number): string {
  return point.toString(16).padStart(digits, "0");
}

function refused(what: string): DkistCoreError {
  return new DkistCoreError("TEMPLATE_FAILED", `${what} cannot be written into this file`);
}

/**
 * A JSON value as a JavaScript literal, on one line. Since ES2019 every JSON text is one; lone surrogates come escaped.
 *
 * @throws DkistCoreError TEMPLATE_FAILED for what JSON cannot hold, so that a misspelt template field fails loudly
 */
export function js(value: unknown): string {
  const literal: unknown = JSON.stringify(value);
  if (typeof literal !== "string") throw refused(`a value of type ${typeof value}`);
  return literal;
}

/**
 * A name where a language has no literals (Markdown, a shell's words): only what means nothing in any of them.
 *
 * @throws DkistCoreError TEMPLATE_FAILED for any other text
 */
export function plain(value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9@/_.-]+$/.test(value)) return value;
  throw refused(`the text ${JSON.stringify(value)}`);
}
