import fc from "fast-check";
import { readFileSync } from "node:fs";

/** Texts that have broken other programs. */
export const HOSTILE_TEXTS = (
  JSON.parse(readFileSync(new URL("hostile-values.json", import.meta.url), "utf8")) as readonly {
    readonly value: string;
  }[]
).map(({ value }) => value);

/** Any text, broken surrogates included, and texts of what the languages of pictures and pages are made of. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(...Array.from("\"'\\&<>#;%`[](){}|/=-nNltamp$\n\r\t\u2028\u0085 ")),
    maxLength: 30,
  }),
  fc.constantFrom(...HOSTILE_TEXTS),
);
