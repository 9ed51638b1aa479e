import { DkistCoreError } from "../model/diagnostics.js";
import { Markup } from "../model/markup.js";
import { printable } from "../model/printable.js";

/** Numbers, not names, for the quotes: XML does not know `&apos;`'s friends, and HTML 4 not that one. */
const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/**
 * A value as HTML or XML, in text and in quoted attributes alike: the one gate that every value of a page or a picture
 * goes through. What neither can hold, or what would turn the direction of the text round, is shown as `\uXXXX`.
 *
 * @param value - a text, a number, or {@link Markup}, which is what it is
 * @throws DkistCoreError TEMPLATE_FAILED for anything else, so that a misspelt template field fails loudly
 * @example
 * markup('<b> & "c"') // "&lt;b&gt; &amp; &#34;c&#34;"
 */
export function markup(value: unknown): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string")
    return printable(value).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? "");
  throw new DkistCoreError("TEMPLATE_FAILED", `a value of type ${typeof value} cannot be written into a page`);
}
