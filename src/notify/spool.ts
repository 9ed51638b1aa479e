import { lstatSync, opendirSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isError } from "../runtime/error-facts.js";
import { readOwnFile, writeOwnFile } from "../runtime/own-file.js";
import { encodeFailureMessage, type FailureMessage } from "./failure-message.js";

/**
 * The spool: a folder that keeps failure messages until the broker has confirmed them, one file a message, with the
 * message's conversationId as its name. A message is in it before it is sent for the first time, and is removed after it
 * was confirmed; who is stopped in between leaves a message that is sent again, with the same conversationId.
 */

/** A file of the spool. */
export type Spooled =
  | { readonly kind: "message"; readonly path: string; readonly body: string; readonly message: FailureMessage }
  /** Half a message, or none of ours: `why` follows the path in a sentence. */
  | { readonly kind: "other"; readonly path: string; readonly why: string };

const MESSAGE_FILE = /^[0-9a-f]{32}\.json$/;
/** What {@link writeOwnFile} writes first. */
const UNFINISHED_FILE = /^[0-9a-f]{32}\.json\.\d+\.[0-9a-z]+$/;
/** More than a message can have that was made of the at most 1 MiB on stdin. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
/** How many messages are read, and how many other files are named, in one go. */
export const MAX_SPOOL_ENTRIES = 10_000;

/**
 * Keeps a message, durably.
 *
 * @param folder - DKIST_SPOOL; is not made, as its disk may not be mounted
 * @returns its path
 * @throws Error saying why it cannot be kept
 */
export function keepMessage(folder: string, message: FailureMessage): string {
  if (!isAbsolute(folder)) throw new Error("DKIST_SPOOL must be an absolute path");
  const path = join(folder, `${message.conversationId}.json`);
  writeOwnFile(path, `${encodeFailureMessage(message)}\n`);
  return path;
}

/**
 * Removes a message that was confirmed; another process may have done so.
 *
 * @returns what is wrong where it cannot be removed
 */
export function removeMessage(path: string): string | undefined {
  try {
    rmSync(path, { force: true });
    return undefined;
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    return `its file cannot be removed, so it may be sent again: ${reason}`;
  }
}

/**
 * Reads the spool, one file after the other: at most {@link MAX_SPOOL_ENTRIES} messages, and as many other files, however
 * many of the others are in the way. What is no whole message of this user, or of the folder's owner, is named and left
 * alone.
 *
 * @returns at the end, whether there is more
 * @throws Error when the folder cannot be read
 */
export function* readSpool(folder: string): Generator<Spooled, { readonly isCut: boolean }> {
  const owners = [process.getuid?.(), lstatSync(`${folder}/.`).uid];
  const entries = opendirSync(folder);
  const counts = { message: 0, other: 0 };
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      const spooled = readSpooled(join(folder, entry.name), entry.name, owners);
      if (spooled === undefined) continue;
      counts[spooled.kind] += 1;
      if (counts.message > MAX_SPOOL_ENTRIES) break;
      if (counts[spooled.kind] <= MAX_SPOOL_ENTRIES) yield spooled;
    }
    return { isCut: Math.max(counts.message, counts.other) > MAX_SPOOL_ENTRIES };
  } finally {
    entries.closeSync();
  }
}

/** @returns undefined for one that has just been sent by another process */
function readSpooled(path: string, name: string, owners: readonly (number | undefined)[]): Spooled | undefined {
  const other = (why: string): Spooled => ({ kind: "other", path, why });
  if (UNFINISHED_FILE.test(name)) return other("was not written to its end; its whole message is in the task's log");
  if (!MESSAGE_FILE.test(name)) return other("is no message: its name is not one of ours");
  let text: string;
  try {
    text = readOwnFile(path, MAX_MESSAGE_BYTES, owners);
  } catch (error) {
    if (isError(error) && "code" in error && error.code === "ENOENT") return undefined;
    return other(isError(error) ? error.message : String(error));
  }
  const message = parseMessage(text);
  if (message === undefined) return other("is no whole failure message");
  if (`${message.conversationId}.json` !== name) return other("holds the message of another name");
  return { kind: "message", path, body: text.trimEnd(), message };
}

/** By the fields that a reader of the message needs; what a later version may add goes with it. */
function parseMessage(text: string): FailureMessage | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
  if (typeof content !== "object" || content === null) return undefined;
  const { conversationId, workflowName, workflowVersion, taskName, dagRunId, logUrl } = content as Record<
    string,
    unknown
  >;
  const texts = [conversationId, workflowName, workflowVersion, taskName];
  const isMessage =
    texts.every((value) => typeof value === "string") &&
    [dagRunId, logUrl].every((value) => value === null || typeof value === "string");
  return isMessage ? (content as FailureMessage) : undefined;
}
