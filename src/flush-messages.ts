/**
 * Sends the failure messages that a spool keeps:
 *
 *     folder + environment -> readBrokerSettings -> flushSpool -> what was sent, what waits, what is no message
 */
import { realpath } from "node:fs/promises";
import { readBrokerSettings } from "./notify/broker-settings.js";
import { flushSpool } from "./notify/flush-spool.js";
import { counted } from "./model/counted.js";
import { DkistCoreError, type Diagnostic } from "./model/diagnostics.js";
import { messageOf } from "./model/message-of.js";
import { silent, type Progress } from "./model/progress.js";
import { createRedactor } from "./runtime/redaction.js";

/** As long as a worker's own notifier tries one. */
const MESSAGE_LIMIT_MS = 7_000;

/** Which messages to send, and how. */
export interface FlushRequest {
  /** The folder of the messages. Default: the environment's DKIST_SPOOL. */
  readonly spool?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress?: Progress;
}

/** What was sent, and what is still there. */
export interface FlushResult {
  /** Without links. */
  readonly spool: string;
  /** `host:port`. */
  readonly broker: string;
  /** By conversation id. */
  readonly sent: readonly {
    readonly conversationId: string;
    readonly workflowName: string;
    readonly workflowVersion: string;
    readonly taskName: string;
    readonly dagRunId: string | null;
  }[];
  /** The files of the messages that could not be sent. */
  readonly waiting: readonly string[];
  /** Files that are no messages. */
  readonly leftAlone: readonly string[];
}

/**
 * Sends what waits in a spool.
 *
 * @throws DkistCoreError BAD_USAGE when it is not said which folder, it cannot be read, or a variable is wrong
 */
export async function flushMessages({ spool, env, progress = silent }: FlushRequest): Promise<{
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly result: FlushResult;
}> {
  const given = spool ?? env["DKIST_SPOOL"] ?? "";
  if (given === "") {
    throw new DkistCoreError("BAD_USAGE", "it is not said which messages: there is no --spool and no DKIST_SPOOL", {
      hint: "give --spool FOLDER: the folder that DKIST_SPOOL names on the workers",
    });
  }
  const settings = readBrokerSettings(env);
  if ("problems" in settings) {
    throw new DkistCoreError("BAD_USAGE", settings.problems.join("; "), {
      hint: "set the variables that the workers have: MESH_CONFIG and ISB_*",
    });
  }
  const redact = createRedactor(env);
  const broker = `${settings.host}:${settings.port}`;
  progress.start("send");
  let sentCount = 0;
  const reading = await reallyAt(given);
  const flushed = await flushSpool(reading, settings, {
    deadlineMs: MESSAGE_LIMIT_MS,
    onSent: () => progress.doing?.("send", counted((sentCount += 1), "message")),
  }).catch((cause: unknown) => {
    throw unusable(given, cause);
  });
  const { sent, waiting, others, error, isCut } = flushed;
  progress.done("send", `${counted(sent.length, "message")} to ${broker}${isCut ? "; there may be more" : ""}`);
  const finding = (
    code: "NOT_SENT" | "NO_MESSAGE" | "NOT_REMOVED",
    file: string,
    message: string,
    hint: string,
  ): Diagnostic => {
    return { severity: "error", code, message: redact(message), hint, location: { file } };
  };
  const [first] = waiting;
  const diagnostics = [
    ...(error === null || first === undefined
      ? []
      : [
          finding(
            "NOT_SENT",
            reading,
            `${counted(waiting.length, "message")} could not be sent: ${error.code} at ${broker}: ${error.message}`,
            "dkist-core doctor --for worker says which setting is wrong; flush again then",
          ),
        ]),
    ...others.map(({ path, why }) => finding("NO_MESSAGE", path, `it ${why}`, "take it out of the folder")),
    ...sent.flatMap(({ path, notRemoved }) =>
      notRemoved === null ? [] : [finding("NOT_REMOVED", path, `it was sent; ${notRemoved}`, "remove it")],
    ),
  ];
  const result: FlushResult = {
    spool: reading,
    broker,
    sent: sent
      .map(({ message: { conversationId, workflowName, workflowVersion, taskName, dagRunId } }) => {
        return { conversationId, workflowName, workflowVersion, taskName, dagRunId };
      })
      .sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1)),
    waiting,
    leftAlone: others.map(({ path }) => path),
  };
  return { ok: diagnostics.length === 0, diagnostics, result };
}

async function reallyAt(folder: string): Promise<string> {
  return realpath(folder).catch((cause: unknown) => {
    throw unusable(folder, cause);
  });
}

function unusable(folder: string, cause: unknown): DkistCoreError {
  const reason = messageOf(cause);
  return new DkistCoreError("BAD_USAGE", `the folder of the messages cannot be read: ${reason}`, {
    hint: `make ${folder}, or check that its disk is mounted; it is not made here`,
    cause,
  });
}
