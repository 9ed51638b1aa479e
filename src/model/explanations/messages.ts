import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

/** What is wrong with failure messages that wait in a spool. */
export const MESSAGE_EXPLANATIONS = {
  NOT_SENT: {
    summary: "a failure message that waited could not be sent",
    meaning:
      "The broker cannot be reached, or does not take it: the finding has the reason and the words of whoever refused. The " +
      "message and those behind it are still in the folder; nothing is lost.",
    remedy:
      "Put the broker or its variables right (dkist-core doctor --for worker asks it, and says which setting is wrong), and " +
      "flush again.",
  },
  NO_MESSAGE: {
    summary: "a file among the failure messages is none",
    meaning:
      "The folder that DKIST_SPOOL names keeps one message a file, written by notify-failure.js. This file was put there by " +
      "somebody else or belongs to another user, or is half a message, left by a writer that was killed. It is neither sent " +
      "nor removed.",
    remedy:
      "Look at the file and take it out of the folder. The whole message of a half one is in its task's log: see " +
      "docs/operations.md, When a message could not be sent.",
    example: {
      language: "sh",
      wrong: "mkdir spool\necho '{}' > spool/note.json\ndkist-core notify --flush --spool spool",
      right: "mkdir spool\ndkist-core notify --flush --spool spool",
    },
  },
  NOT_REMOVED: {
    summary: "a failure message was sent, and its file cannot be removed",
    meaning:
      "The broker has confirmed the message. Its file is still among those that wait, so the next flush sends it again, with " +
      "the same conversationId.",
    remedy: "Remove the file, and let whoever flushes write in the folder that DKIST_SPOOL names.",
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
