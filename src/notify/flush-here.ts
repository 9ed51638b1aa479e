import { escapeUnsafe } from "../runtime/escape.js";
import { ExitCode } from "../runtime/exit-codes.js";
import { createRedactor } from "../runtime/redaction.js";
import { readBrokerSettings } from "./broker-settings.js";
import { addressOf, end, limitMs, reasonOf, sentLine } from "./ending.js";
import { flushSpool, type Flushed } from "./flush-spool.js";

/**
 * `notify-failure.js --flush`: sends what the spool keeps, where there is only Node and a release.
 *
 * Exit codes: 0 all sent; 75 one could not be sent; 78 the settings are wrong, or a file in the folder is no message.
 */
export async function flushHere(): Promise<void> {
  const redact = createRedactor(process.env);
  const say = (stream: NodeJS.WriteStream, line: string): void => {
    stream.write(`${escapeUnsafe(redact(line))}\n`);
  };
  const folder = process.env["DKIST_SPOOL"] ?? "";
  const settings = readBrokerSettings(process.env);
  if (folder === "" || "problems" in settings) {
    const unset = folder === "" ? ["DKIST_SPOOL is not set; it names the folder that keeps unsent messages"] : [];
    const problems = [...unset, ...("problems" in settings ? settings.problems : [])];
    end(process.stderr, `nothing was sent: ${problems.join("; ")}`, ExitCode.CONFIGURATION);
    return;
  }
  let flushed: Flushed;
  try {
    flushed = await flushSpool(folder, settings, {
      deadlineMs: limitMs(),
      onSent: ({ message, attempts, notRemoved }) => {
        const again = notRemoved === null ? "" : `; ${notRemoved}`;
        say(process.stdout, `${sentLine(message, settings, attempts)}${again}`);
      },
    });
  } catch (error) {
    end(process.stderr, `nothing was sent: DKIST_SPOOL cannot be read: ${reasonOf(error)}`, ExitCode.CONFIGURATION);
    return;
  }
  const { sent, waiting, others, error, isCut } = flushed;
  for (const { path, why } of others) say(process.stderr, `left alone: ${path} ${why}`);
  const more = isCut ? "; there may be more: flush again" : "";
  const sum = `${sent.length} sent, ${waiting.length} not sent, ${others.length} left alone${more}`;
  if (error !== null) {
    const why = `${error.code} at ${addressOf(settings)}: ${error.message}`;
    end(process.stderr, redact(`${sum}; ${why}`), ExitCode.INFRASTRUCTURE);
  } else if (others.length > 0) end(process.stderr, sum, ExitCode.CONFIGURATION);
  else end(process.stdout, sum, ExitCode.DONE);
}
