import path from "node:path";
import { putInPlace, writeDurably } from "../../artifact/staged-files.js";
import { drawWorkflows, type GraphFormat } from "../../build.js";
import { printable } from "../../model/printable.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, show } from "./shared.js";

/** `dkist-core graph`: the workflows as a picture, on stdout or in a file. */
export async function graph(
  options: CommonOptions & {
    readonly workflow?: readonly string[];
    readonly format?: GraphFormat;
    readonly out?: string;
  },
  terminal: Terminal,
): Promise<number> {
  const { workflow = [], format = "mermaid", out } = options;
  const outcome = await drawWorkflows({
    ...buildOptions(options, terminal),
    progress: terminal.passing,
    workflows: workflow,
    format,
  });
  const { result } = outcome;
  if (result === null || out === undefined) return show("graph", outcome, options, terminal, ({ text }) => text);
  const write = (temporary: string): Promise<void> => writeDurably(temporary, result.text);
  await putInPlace([{ target: path.resolve(out), write }]);
  const written = { format: result.format, workflows: result.workflows, path: out };
  return show("graph", { ...outcome, result: written }, options, terminal, () => `${printable(out)}\n`);
}
