/**
 * The entry of `notify-failure.js` in a release: sends the message that a task has failed for good. The DAG's failure
 * callback starts it, with one JSON object on stdin, so it runs where Airflow runs, also when the task's own process
 * was killed.
 *
 *     stdin -> parseNotification -> failure report or exception -> message -> keep in the spool -> publish
 *       -> remove from the spool -> one line
 *
 * Exit codes: 0 sent; 64 stdin is wrong; 75 not sent; 78 the settings are wrong. When it was not sent, the line on
 * stderr holds the reason and the whole message.
 *
 * With `--check` it reads and sends nothing, and says with the same exit codes whether the broker would take a message.
 * With `--flush` it sends what the spool keeps.
 */
import { truncate, MAX_ERROR_MESSAGE_LENGTH, MAX_ERROR_NAME_LENGTH } from "../runtime/failure-report.js";
import { ExitCode } from "../runtime/exit-codes.js";
import { createRedactor, type Redact } from "../runtime/redaction.js";
import { adviceOn } from "./broker-advice.js";
import { checkBroker } from "./broker-check.js";
import { readBrokerSettings } from "./broker-settings.js";
import { Deadline } from "./deadline.js";
import { addressOf, end, limitMs, reasonOf, sentLine } from "./ending.js";
import {
  buildFailureMessage,
  encodeFailureMessage,
  type FailureCause,
  type FailureMessage,
} from "./failure-message.js";
import { flushHere } from "./flush-here.js";
import { parseNotification, type Notification } from "./notification.js";
import { publish } from "./publisher.js";
import { takeFailureReport } from "./read-failure-report.js";
import { keepMessage, removeMessage } from "./spool.js";

const MAX_STDIN_BYTES = 1024 * 1024;

const flags = process.argv.slice(2);
void (flags.includes("--check") ? check() : flags.includes("--flush") ? flushHere() : main());

async function check(): Promise<void> {
  const redact = createRedactor(process.env);
  const refuse = (reason: string, exitCode: ExitCode): void => {
    end(process.stderr, `no failure message can be sent: ${redact(reason)}`, exitCode);
  };
  const settings = readBrokerSettings(process.env);
  if ("problems" in settings) {
    refuse(settings.problems.join("; "), ExitCode.CONFIGURATION);
    return;
  }
  const { isReady, found, hint } = adviceOn(settings, await checkBroker(settings, limitMs()));
  if (isReady) end(process.stdout, `a failure message can be sent: ${redact(found)}`, ExitCode.DONE);
  else refuse(hint === undefined ? found : `${found}; ${hint}`, ExitCode.INFRASTRUCTURE);
}

async function main(): Promise<void> {
  const redact = createRedactor(process.env);
  const deadline = new Deadline(limitMs() - performance.now());

  let notification: Notification;
  try {
    notification = parseNotification(await deadline.race(readStdin(), "reading stdin"));
  } catch (error) {
    end(process.stderr, `the failure message cannot be made: ${redact(reasonOf(error))}`, ExitCode.USAGE);
    return;
  }

  const message = buildFailureMessage(notification.failed, causeOf(notification, redact));
  const body = encodeFailureMessage(message);
  const kept = keep(message);
  const fail = (reason: string, exitCode: ExitCode): void => {
    const where = "path" in kept ? `kept in ${kept.path}` : kept.problem;
    const words = [redact(reason), ...(where === undefined ? [] : [where])].join("; ");
    end(process.stderr, `the failure message was not sent: ${words}; message: ${body}`, exitCode);
  };

  const settings = readBrokerSettings(process.env);
  if ("problems" in settings) {
    fail(settings.problems.join("; "), ExitCode.CONFIGURATION);
    return;
  }
  const outcome = await publish(settings, body, { deadlineMs: deadline.leftMs });
  const { attempts } = outcome;
  if (outcome.kind === "failed") {
    const { code, message: words } = outcome.error;
    fail(`${code} at ${addressOf(settings)} after ${attempts} attempt(s): ${words}`, ExitCode.INFRASTRUCTURE);
    return;
  }
  const problem = "path" in kept ? removeMessage(kept.path) : kept.problem;
  const but = problem === undefined ? "" : `; ${problem}`;
  end(process.stdout, `${sentLine(message, settings, attempts)}${but}`, ExitCode.DONE);
}

/** Before it is sent, so that it outlives this process. A spool that cannot be used must not keep the message from leaving. */
function keep(message: FailureMessage): { readonly path: string } | { readonly problem: string | undefined } {
  const folder = process.env["DKIST_SPOOL"] ?? "";
  if (folder === "") return { problem: undefined };
  try {
    return { path: keepMessage(folder, message) };
  } catch (error) {
    return { problem: `DKIST_SPOOL cannot keep messages: ${reasonOf(error)}` };
  }
}

/** The task's own words where it left them, else what Airflow saw. */
function causeOf({ exception, failureReport }: Notification, redact: Redact): FailureCause {
  const report = failureReport === null ? undefined : takeFailureReport(failureReport);
  const name = report?.errorName ?? exception?.name;
  const message = report?.errorMessage ?? exception?.message;
  return {
    ...(name !== undefined && { errorName: truncate(redact(name), MAX_ERROR_NAME_LENGTH) }),
    ...(message !== undefined && { errorMessage: truncate(redact(message), MAX_ERROR_MESSAGE_LENGTH) }),
    ...(report?.exitCode !== undefined && { exitCode: report.exitCode }),
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_STDIN_BYTES) throw new RangeError(`stdin holds more than ${MAX_STDIN_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
