/** A FITS header is made of cards, 80 ASCII characters each (FITS Standard 4.0, section 4). */

export type CardValue = string | number | boolean;

export interface Card {
  /** Up to 8 characters of A-Z, 0-9, `-` and `_`. */
  readonly keyword: string;
  /** HISTORY and COMMENT cards hold text; every other card holds a value. */
  readonly value: CardValue;
  readonly comment?: string;
}

export const CARD_LENGTH = 80;

const COMMENTARY = new Set(["HISTORY", "COMMENT"]);
const COMMENTARY_WIDTH = CARD_LENGTH - 8;

/** The text of a card; a text that is too long for one card takes several. */
export function formatCard({ keyword, value, comment }: Card): string {
  if (!/^[A-Z0-9_-]{1,8}$/.test(keyword)) throw new RangeError(`${JSON.stringify(keyword)} is not a FITS keyword`);
  if (!/^[\x20-\x7e]*$/.test(`${String(value)}${comment ?? ""}`)) {
    throw new RangeError(`${keyword} holds something other than printable ASCII`);
  }
  if (COMMENTARY.has(keyword)) return commentary(keyword, String(value));
  const text = `${keyword.padEnd(8)}= ${formatValue(keyword, value)}`;
  if (text.length > CARD_LENGTH) return longText(keyword, String(value));
  // A comment is a courtesy and may be cut; a value never is.
  const annotated = comment === undefined ? text : `${text} / ${comment}`;
  return annotated.slice(0, CARD_LENGTH).padEnd(CARD_LENGTH);
}

/** The cards of a header's text, without the blank ones. */
export function parseCards(header: string): Card[] {
  const cards: Card[] = [];
  for (const text of header.match(new RegExp(`.{${CARD_LENGTH}}`, "g")) ?? []) {
    const card = parseCard(text);
    const before = cards.at(-1);
    if (card?.keyword === "CONTINUE" && typeof before?.value === "string" && before.value.endsWith("&")) {
      cards[cards.length - 1] = { ...before, value: before.value.slice(0, -1) + String(card.value) };
    } else if (card) {
      cards.push(card);
    }
  }
  return cards;
}

/** One card, or undefined for a blank one. */
function parseCard(text: string): Card | undefined {
  const keyword = text.slice(0, 8).trimEnd();
  if (keyword === "") return undefined;
  if (text.slice(8, 10) !== "= " && keyword !== "CONTINUE") return { keyword, value: text.slice(8).trimEnd() };
  const field = text.slice(10).trim();
  const quoted = /^'((?:[^']|'')*)'/.exec(field);
  if (quoted) return { keyword, value: (quoted[1] ?? "").replaceAll("''", "'").trimEnd() };
  const plain = (field.split("/")[0] ?? "").trim();
  if (plain === "T" || plain === "F") return { keyword, value: plain === "T" };
  const number = Number(plain.replace("D", "E"));
  if (plain === "" || Number.isNaN(number)) throw new Error(`${keyword} holds ${JSON.stringify(plain)}`);
  return { keyword, value: number };
}

function formatValue(keyword: string, value: CardValue): string {
  if (typeof value === "boolean") return (value ? "T" : "F").padStart(20);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`${keyword} must be a finite number, but is ${value}`);
    return String(value).toUpperCase().padStart(20);
  }
  return `'${value.replaceAll("'", "''").padEnd(8)}'`.padEnd(20);
}

/** Section 4.2.1.2: each piece but the last ends with an ampersand. A doubled quote stays in one piece. */
function longText(keyword: string, value: string): string {
  const pieces = value.replaceAll("'", "''").match(/(?:''|[^']){1,33}/g) ?? [];
  const cards = pieces.map((piece, i) => {
    const start = i === 0 ? `${keyword.padEnd(8)}= ` : "CONTINUE  ";
    return `${start}'${piece}${i < pieces.length - 1 ? "&" : ""}'`.padEnd(CARD_LENGTH);
  });
  return cards.join("");
}

function commentary(keyword: string, text: string): string {
  const lines = text.match(new RegExp(`.{1,${COMMENTARY_WIDTH}}`, "g")) ?? [""];
  return lines.map((line) => `${keyword.padEnd(8)}${line}`.padEnd(CARD_LENGTH)).join("");
}
