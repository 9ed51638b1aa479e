import { isError } from "../runtime/error-facts.js";

/** Why a message could not be delivered. */
export type PublishFailureCode =
  | "ADDRESS_UNKNOWN"
  | "CONNECTION_REFUSED"
  | "CONNECTION_LOST"
  | "NOT_A_BROKER"
  | "TLS_FAILED"
  | "LOGIN_REFUSED"
  | "VHOST_REFUSED"
  | "NO_PERMISSION"
  | "NOT_FOUND"
  | "DECLARED_DIFFERENTLY"
  | "UNROUTABLE"
  | "BAD_VALUE"
  | "NOT_CONFIRMED"
  | "BLOCKED"
  | "TIMED_OUT";

/**
 * What will be the same at the next attempt: no use in trying again. VHOST_REFUSED is not among them, as a broker that
 * is just starting says the same of a virtual host that it has not recovered yet.
 */
const PERMANENT: ReadonlySet<PublishFailureCode> = new Set([
  "BAD_VALUE",
  "DECLARED_DIFFERENTLY",
  "LOGIN_REFUSED",
  "NO_PERMISSION",
  "NOT_A_BROKER",
  "NOT_FOUND",
  "TLS_FAILED",
  "UNROUTABLE",
] satisfies PublishFailureCode[]);

/** A message was not delivered, or it is not known that it was. */
export class PublishError extends Error {
  readonly code: PublishFailureCode;

  constructor(code: PublishFailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PublishError";
    this.code = code;
  }

  get isPermanent(): boolean {
    return PERMANENT.has(this.code);
  }
}

const BY_ERROR_CODE: Readonly<Record<string, PublishFailureCode>> = {
  EAI_AGAIN: "ADDRESS_UNKNOWN",
  ENOTFOUND: "ADDRESS_UNKNOWN",
  ECONNREFUSED: "CONNECTION_REFUSED",
  EHOSTUNREACH: "CONNECTION_REFUSED",
  ENETUNREACH: "CONNECTION_REFUSED",
  ETIMEDOUT: "TIMED_OUT",
  "403": "NO_PERMISSION",
  "404": "NOT_FOUND",
  "406": "DECLARED_DIFFERENTLY",
};

/** amqplib gives these no code, only words; each is the beginning of what it or the broker says. */
const BY_WORDS: readonly (readonly [RegExp, PublishFailureCode])[] = [
  [/Handshake terminated by server: 403/, "LOGIN_REFUSED"],
  [/Expected ConnectionOpenOk/, "VHOST_REFUSED"],
  [/connect ETIMEDOUT/, "TIMED_OUT"],
  [/exceeds|Invalid frame|Unexpected frame|Expected \w+; got/, "NOT_A_BROKER"],
];

/**
 * Names what amqplib threw or emitted. An error that is not known by name counts as a lost connection, which is tried
 * again: what is permanent must be certain to be.
 */
export function publishErrorOf(thrown: unknown): PublishError {
  if (thrown instanceof PublishError) return thrown;
  const error = isError(thrown) ? thrown : new Error(String(thrown));
  const code = "code" in error ? String(error.code) : "";
  // The checks of amqplib's encoder: a value that is too long, or of another type.
  if (error.name === "TypeError" || error.name === "RangeError") return named("BAD_VALUE", error);
  if (/^ERR_TLS|^ERR_SSL|CERT|^UNABLE_TO_|^EPROTO$/.test(code)) return named("TLS_FAILED", error);
  const byWords = BY_WORDS.find(([words]) => words.test(error.message));
  return named(byWords?.[1] ?? BY_ERROR_CODE[code] ?? "CONNECTION_LOST", error);
}

/** An AggregateError (a host with several addresses) has no message of its own, only a code. */
function named(code: PublishFailureCode, error: Error): PublishError {
  const words = error.message || ("code" in error ? String(error.code) : error.name);
  return new PublishError(code, words, error);
}
