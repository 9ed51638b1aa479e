import { promoteRelease } from "../../build.js";
import { printable } from "../../model/printable.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

/** `dkist-core promote`: the alias DAGs start another version. */
export async function promote(
  options: Omit<CommonOptions, "version"> & {
    readonly version?: string;
    readonly name?: string;
    readonly codeMount?: readonly string[];
    readonly dags?: string;
    readonly dryRun?: boolean;
  },
  terminal: Terminal,
): Promise<number> {
  const { version = "", name, codeMount, dags, dryRun } = options;
  const outcome = await promoteRelease({
    version,
    dryRun: dryRun === true,
    progress: terminal.progress,
    ...(name === undefined ? {} : { name }),
    ...(codeMount === undefined ? {} : { codeMounts: codeMount }),
    ...(dags === undefined ? {} : { dags }),
  });
  return show("promote", outcome, options, terminal, (result) => {
    const dagIds = result.dagIds.map((dagId) => `  ${printable(dagId)}\n`).join("");
    const { previous, version: now } = result;
    if (result.dryRun) return `${dagIds}nothing was changed (--dry-run)\n`;
    const before = previous === null || previous === now ? "" : `; before, it was ${previous}`;
    const back =
      previous === null || previous === now
        ? ""
        : `to take it back: dkist-core promote ${previous}, with the same options\n`;
    return `${dagIds}promoted ${result.name} ${now}${before}: ${printable(result.file)}\n${back}`;
  });
}
