import { diffReleases } from "../../build.js";
import { changeMarkdown } from "../../report/change-markdown.js";
import { changeText } from "../../report/change-text.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

/** `dkist-core diff`: what a release changes. */
export async function diff(
  options: OutputOptions & {
    readonly before?: string;
    readonly after?: string;
    readonly format?: "text" | "markdown";
    readonly config?: string;
  },
  terminal: Terminal,
): Promise<number> {
  const outcome = await diffReleases({
    before: options.before ?? "",
    ...(options.after === undefined ? {} : { after: options.after }),
    ...(options.config === undefined ? {} : { configFile: options.config }),
    progress: terminal.progress,
  });
  const exitCode = show("diff", outcome, options, terminal, (result) =>
    options.format === "markdown" ? changeMarkdown(result) : changeText(result, terminal.coloredData),
  );
  // 1 says that something differs; where there is nothing to compare, nobody knows.
  return outcome.result === null ? 2 : exitCode;
}
