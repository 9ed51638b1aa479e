/** What of a stream and its environment says what it can show. */
interface Stream {
  readonly isTTY?: boolean | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream gets colours. For each stream of its own: stderr may be a terminal while stdout is a file.
 *
 * NO_COLOR (https://no-color.org) wins over FORCE_COLOR, that over TERM=dumb and what the stream is.
 */
export function hasColors({ isTTY }: Stream, env: Env): boolean {
  if (isSet(env["NO_COLOR"])) return false;
  if (isSet(env["FORCE_COLOR"])) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  return isTTY === true && env["TERM"] !== "dumb";
}

/** Whether a line can be drawn anew. A CI may give a terminal, and keeps every state of the line in its log. */
export function canRedraw({ isTTY }: Stream, env: Env): boolean {
  return isTTY === true && env["TERM"] !== "dumb" && !(isSet(env["CI"]) && env["CI"] !== "false" && env["CI"] !== "0");
}

/** An empty variable counts as not set. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
