import { isError } from "../runtime/error-facts.js";
import { escapeUnsafe } from "../runtime/escape.js";
import type { ExitCode } from "../runtime/exit-codes.js";
import type { BrokerSettings } from "./broker-settings.js";
import type { FailureMessage } from "./failure-message.js";

/** The callback that starts this process ends it after 10 s. */
const DEFAULT_LIMIT_MS = 7_000;
/** How long one message may take, for a first one counted from the start of the process; tests shorten it. */
export function limitMs(): number {
  return Number(process.env["DKIST_NOTIFY_DEADLINE_MS"]) || DEFAULT_LIMIT_MS;
}

export function sentLine(
  { taskName, conversationId }: FailureMessage,
  settings: BrokerSettings,
  attempts: number,
): string {
  const sent = `sent the failure message of ${taskName} to ${addressOf(settings)}`;
  return `${sent} (conversation ${conversationId}, attempts ${attempts})`;
}

export function addressOf({ host, port }: BrokerSettings): string {
  return `${host}:${port}`;
}

export function reasonOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Ends the process with one line, when the line is out: a socket that a broker holds open must not keep it alive. */
export function end(stream: NodeJS.WriteStream, line: string, exitCode: ExitCode): void {
  process.exitCode = exitCode;
  stream.on("error", () => process.exit());
  stream.write(`${escapeUnsafe(line)}\n`, () => process.exit());
}
