import type { BrokerSettings } from "./broker-settings.js";
import type { FailureMessage } from "./failure-message.js";
import type { PublishError } from "./publish-error.js";
import { publish, type PublishOptions, type PublishOutcome } from "./publisher.js";
import { readSpool, removeMessage, type Spooled } from "./spool.js";

/** A message that was sent. */
export interface SentMessage {
  readonly path: string;
  readonly message: FailureMessage;
  readonly attempts: number;
  /** What keeps its file from being removed; null where it is gone. */
  readonly notRemoved: string | null;
}

/** What came of sending what a spool keeps. */
export interface Flushed {
  readonly sent: readonly SentMessage[];
  /** The paths of the messages that are still there. */
  readonly waiting: readonly string[];
  /** What is no message, and was left alone. */
  readonly others: readonly Extract<Spooled, { kind: "other" }>[];
  /** Why it stopped; null where all were sent. */
  readonly error: PublishError | null;
  /** There is more than was looked at. */
  readonly isCut: boolean;
}

/**
 * Sends the messages of a spool, and removes each when the broker has confirmed it. Stops at the first that cannot be
 * sent: they all go the same way, so no other would fare better.
 *
 * @param options - for each message; `onSent` is told of each
 * @throws Error when the folder cannot be read
 */
export async function flushSpool(
  folder: string,
  settings: BrokerSettings,
  { onSent, ...options }: PublishOptions & { readonly onSent?: (sent: SentMessage) => void },
): Promise<Flushed> {
  const sent: SentMessage[] = [];
  const waiting: string[] = [];
  const others: Extract<Spooled, { kind: "other" }>[] = [];
  let error: PublishError | null = null;
  let isCut = false;
  const spool = function* (): Generator<Spooled> {
    ({ isCut } = yield* readSpool(folder));
  };
  for (const spooled of spool()) {
    if (spooled.kind === "other") others.push(spooled);
    else if (error !== null) waiting.push(spooled.path);
    else {
      const { path, body, message } = spooled;
      const outcome: PublishOutcome = await publish(settings, body, options);
      if (outcome.kind === "delivered") {
        const one = { path, message, attempts: outcome.attempts, notRemoved: removeMessage(path) ?? null };
        sent.push(one);
        onSent?.(one);
      } else {
        error = outcome.error;
        waiting.push(path);
      }
    }
  }
  return { sent, waiting: waiting.sort(), others: others.sort(byPath), error, isCut };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
