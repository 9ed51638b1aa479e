import { flushMessages } from "../../flush-messages.js";
import { DkistCoreError } from "../../model/diagnostics.js";
import { printable } from "../../model/printable.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { report } from "./shared.js";

/** `dkist-core notify --flush`: sends the failure messages that wait. */
export async function notify(
  options: CommonOptions & { readonly flush?: boolean; readonly spool?: string },
  terminal: Terminal,
): Promise<number> {
  if (options.flush !== true) {
    throw new DkistCoreError("BAD_USAGE", "it is not said what to do with the messages that wait", {
      hint: "dkist-core notify --flush sends them",
    });
  }
  const outcome = await flushMessages({ spool: options.spool, env: process.env, progress: terminal.progress });
  return report("notify", outcome, options, terminal, ({ sent, waiting, leftAlone }) => ({
    made: sent
      .map(({ taskName, workflowName, workflowVersion, conversationId }) => {
        const task = `${taskName} of ${workflowName} ${workflowVersion}`;
        return `  sent  ${printable(task)}  conversation ${conversationId}\n`;
      })
      .join(""),
    words: `${sent.length} sent, ${waiting.length} not sent, ${leftAlone.length} left alone\n`,
  }));
}
