import { pruneReleases } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import { wholeNumber } from "../option-values.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

/** `dkist-core prune`: removes old versions. */
export async function prune(
  options: CommonOptions & {
    readonly keep?: string;
    readonly airflowUrl?: string;
    readonly codeMount?: readonly string[];
    readonly dags?: string;
    readonly emptyTrash?: string;
    readonly yes?: boolean;
  },
  terminal: Terminal,
): Promise<number> {
  const { keep = "", airflowUrl = "", codeMount, dags, emptyTrash, yes } = options;
  const outcome = await pruneReleases({
    keep: wholeNumber("--keep", keep),
    airflowUrl,
    yes: yes === true,
    progress: terminal.progress,
    ...(emptyTrash === undefined ? {} : { emptyTrashDays: wholeNumber("--empty-trash", emptyTrash) }),
    ...(codeMount === undefined ? {} : { codeMounts: codeMount }),
    ...(dags === undefined ? {} : { dags }),
  });
  return show("prune", outcome, options, terminal, ({ releases, emptied, dryRun }) => {
    const rows = releases.map(({ release, outcome, reason, trash }) => [
      `  ${outcome}`,
      printable(release),
      printable(reason ?? (trash.length === 0 ? "" : `now in ${trash.join(", ")}`)),
    ]);
    const trash = emptied.map((one) => [`  ${dryRun ? "goes" : "deleted"}`, printable(one.path), bytesText(one.bytes)]);
    const gone = releases.filter(({ outcome }) => outcome !== "kept").length;
    const ending = dryRun
      ? `${gone} of ${releases.length} would be removed; nothing was changed (give --yes)\n`
      : `${gone} of ${releases.length} removed\n`;
    return `${rows.length === 0 ? "" : columns(rows)}${trash.length === 0 ? "" : columns(trash)}${ending}`;
  });
}
