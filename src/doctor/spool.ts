import { counted } from "../model/counted.js";
import { absent, ok, problem, warning, type Verdict } from "./check.js";
import type { NamedFolder } from "./named-folder.js";

/** The folder that keeps failure messages until the broker has confirmed them. */
export type SpoolFacts = NamedFolder<SpoolContent>;

export interface SpoolContent {
  /** Messages that were not sent. */
  readonly waiting: number;
  /** When the first of them was kept, e.g. `2026-11-24T16:50:10Z`; null where none waits. */
  readonly waitingSince: string | null;
  /** Files that are no messages. */
  readonly others: number;
  /** There may be more than was looked at. */
  readonly isCut: boolean;
}

const SEND_THEM = "when the broker is right, send what waits: dkist-core notify --flush";

export function spoolVerdict(facts: SpoolFacts): Verdict {
  const hint = "DKIST_SPOOL must be the absolute path of a folder that the workers' user can write";
  switch (facts.kind) {
    case "not set":
      return absent("not set", `${hint}; without it, a message that cannot be sent is in its task's log alone`);
    case "relative":
      return problem(`${facts.folder} is a relative path, and no message is kept in it`, hint);
    case "missing":
      return problem(`there is no ${facts.folder}, and no message makes it`, `make it, or mount its disk; ${hint}`);
    case "no folder":
      return problem(`${facts.folder} is no folder`, hint);
    case "unreadable":
      return problem(`${facts.folder} cannot be read: ${facts.reason}`, hint);
    case "folder":
      return folderVerdict(facts, hint);
  }
}

function folderVerdict(
  { folder, writable, waiting, waitingSince, others, isCut }: SpoolFacts & { kind: "folder" },
  hint: string,
): Verdict {
  const found = [
    folder,
    writable ? "writable" : "read-only",
    waitingText(waiting, waitingSince),
    ...(others === 0 ? [] : [`${counted(others, "file")} that ${others === 1 ? "is no message" : "are no messages"}`]),
    ...(isCut ? ["and more that was not looked at"] : []),
  ].join(", ");
  if (!writable) return problem(found, hint);
  if (waiting > 0) return warning(found, SEND_THEM);
  return others === 0 ? ok(found) : warning(found, "dkist-core notify --flush names them; take them out of the folder");
}

function waitingText(waiting: number, since: string | null): string {
  if (since === null) return "no message waits";
  return waiting === 1 ? `1 message waits, since ${since}` : `${waiting} messages wait, the oldest since ${since}`;
}
