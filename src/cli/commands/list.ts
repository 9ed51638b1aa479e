import { createColors } from "picocolors";
import { listWorkflows } from "../../build.js";
import { printable } from "../../model/printable.js";
import { columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, show } from "./shared.js";

/** `dkist-core list`: the workflows and their nodes. */
export async function list(options: CommonOptions, terminal: Terminal): Promise<number> {
  const outcome = await listWorkflows({ ...buildOptions(options, terminal), progress: terminal.passing });
  const { bold, dim } = createColors(terminal.coloredData);
  return show("list", outcome, options, terminal, ({ workflows }) =>
    workflows
      .map(({ dagId, file, nodes }) => {
        const rows = nodes.map(({ taskName, resourceQueue, upstreams }) => [
          `  ${printable(taskName)}`,
          printable(resourceQueue),
          upstreams.length === 0 ? "" : `after ${upstreams.map(printable).join(", ")}`,
        ]);
        return `${bold(printable(dagId))}  ${dim(`(${printable(file)})`)}\n${columns(rows)}`;
      })
      .join("\n"),
  );
}
