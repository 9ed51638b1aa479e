import type { BrokerSettings } from "./broker-settings.js";
import { Deadline } from "./deadline.js";
import { PublishError, publishErrorOf } from "./publish-error.js";
import { publishOnce } from "./publish-once.js";

/** How the publish of one message ended. */
export type PublishOutcome =
  | { readonly kind: "delivered"; readonly attempts: number }
  | { readonly kind: "failed"; readonly attempts: number; readonly error: PublishError };

export interface PublishOptions {
  /** For all attempts together, in milliseconds. */
  readonly deadlineMs: number;
  /** One attempt; replaced in tests. */
  readonly attempt?: (settings: BrokerSettings, body: Buffer, deadline: Deadline) => Promise<void>;
  /** From 0 to below 1; replaced in tests. */
  readonly random?: () => number;
}

/** No attempt may use up the whole deadline: the next one may reach another host, or one that has come back. */
const ATTEMPT_LIMIT_MS = 3_000;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 1_500;
/** With less left than this an attempt cannot succeed. */
const MIN_ATTEMPT_MS = 50;

/**
 * Delivers one message at least once: attempts until one is confirmed, a fault is permanent, or the time is over.
 * A message whose confirm was lost is published again, byte for byte the same.
 *
 * @throws never
 */
export async function publish(
  settings: BrokerSettings,
  body: string,
  options: PublishOptions,
): Promise<PublishOutcome> {
  const { deadlineMs, attempt = publishOnce, random = Math.random } = options;
  const deadline = new Deadline(deadlineMs);
  const bytes = Buffer.from(body);
  for (let attempts = 1; ; attempts += 1) {
    let error: PublishError;
    try {
      await attempt(settings, bytes, deadline.within(ATTEMPT_LIMIT_MS));
      return { kind: "delivered", attempts };
    } catch (thrown) {
      error = publishErrorOf(thrown);
    }
    const waitMs = waitBefore(attempts + 1, random);
    if (error.isPermanent || deadline.leftMs < waitMs + MIN_ATTEMPT_MS) return { kind: "failed", attempts, error };
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/**
 * Full jitter: the tasks of a broken run fail together, and shall not come back together.
 *
 * @param attempt - the one to come, 2 or more
 * @returns milliseconds
 */
export function waitBefore(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 2));
}
