/** Environment variables whose values are never shown. */
const SECRET_VARIABLE = /password|secret|token|key|credential/i;
/** Shorter values ("guest", "true", "1") occur in ordinary text, and hiding them would only make logs unreadable. */
const MIN_SECRET_LENGTH = 6;
/** Narrower than {@link SECRET_VARIABLE}: a log field `key` or `maxTokens` is no secret. */
const SECRET_FIELD = /passw(?:or)?d|secret|credential|(?:^|[._-]|[a-z])token$|(?:api|access|private)[._-]?key/i;
const SECRET_WORD = /passw(?:or)?d|secret|token|credential|key/i;
/** `password=x`, `"api_key": "x"`. A bare `token: x` is left alone: parsers say "unexpected token: }". */
const NAMED_SECRET =
  /((?:passw(?:or)?d|secret|token|credential|api_?key|access_?key|private_?key)[\w.-]{0,32}["']?\s{0,4}(?:=\s{0,4}["']?|:\s{0,4}["']))(?:[^\s"',;&\\]|\\(?!["'])){1,4096}/gi;
const URL_PASSWORD = /(:\/\/[^\s/?#@:]{0,256}:)[^\s/?#@]{1,4096}@/g;

export const REDACTED = "[redacted]";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Makes the function that takes secrets out of text: by value (the values of secret variables, also as they stand in a
 * URL or in JSON), and by form (`password=...`, the password in a URL).
 *
 * @param environment - where the secret values are read from, once
 * @example
 * createRedactor({ ISB_PASSWORD: "hunter22" })("login as hunter22") // "login as [redacted]"
 */
export function createRedactor(environment: Readonly<Record<string, string | undefined>>): Redact {
  const secrets = secretValues(environment);
  return (text) => {
    let clean = text;
    for (const secret of secrets) {
      if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
    }
    if (clean.includes("://")) clean = clean.replace(URL_PASSWORD, `$1${REDACTED}@`);
    if (SECRET_WORD.test(clean)) clean = clean.replace(NAMED_SECRET, `$1${REDACTED}`);
    return clean;
  };
}

/** Whether the value of a log field with this name is hidden whatever it is. */
export function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name);
}

/** Longest first, so that a secret which begins with another one is taken out whole. */
function secretValues(environment: Readonly<Record<string, string | undefined>>): string[] {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value.length < MIN_SECRET_LENGTH || !SECRET_VARIABLE.test(name)) continue;
    values.add(value);
    values.add(JSON.stringify(value).slice(1, -1));
    values.add(encodeURIComponent(value.toWellFormed()));
  }
  return [...values].sort((a, b) => b.length - a.length);
}
