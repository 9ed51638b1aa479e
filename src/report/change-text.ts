import { createColors } from "picocolors";
import { printable } from "../model/printable.js";
import type { Change, ComparedRelease, Comparison } from "../model/release-changes.js";
import { changeSections, changeWords, countText } from "./change-words.js";
import { columns } from "./text.js";

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

/**
 * A comparison for a terminal: both sides, a legend, a line a change in sections, and a count.
 *
 *     Workflow l0_to_l1_vbi
 *       ~ node Dark: retries 0 -> 2
 */
export function changeText({ before, after, changes }: Comparison, colored: boolean): string {
  const colors = createColors(colored);
  const signs = { added: colors.green, removed: colors.red, changed: colors.yellow };
  const sides = columns([
    ["before", ...sideCells(before)],
    ["after", ...sideCells(after)],
  ]);
  const sections = changeSections(changes).map(({ title, workflow, changes }) => {
    const heading = workflow === null ? title : `${title} ${printable(workflow)}`;
    return `\n${colors.bold(heading)}\n${changes.map(line).join("")}`;
  });
  const legend = changes.length === 0 ? "" : "+ added  - removed  ~ changed\n";
  return `${sides}${legend}${sections.join("")}${sections.length === 0 ? "" : "\n"}${countText(changes)}\n`;

  function line(change: Change): string {
    const { kind, what, name, details } = changeWords(change);
    const told = details.map((phrase) => phrase.map(({ text }) => printable(text)).join("")).join(", ");
    return `  ${signs[kind](SIGNS[kind])} ${what} ${printable(name)}${told === "" ? "" : `: ${told}`}\n`;
  }
}

function sideCells({ place, name, version, gitCommit, gitDirty }: ComparedRelease): string[] {
  const commit =
    gitCommit === null ? "no commit" : `git ${gitCommit.slice(0, 7)}${gitDirty === true ? " (dirty)" : ""}`;
  return [`${name} ${version}`, commit, place].map(printable);
}
