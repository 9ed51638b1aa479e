import { printable } from "../model/printable.js";
import type { Change, ComparedRelease, Comparison } from "../model/release-changes.js";
import { changeSections, changeWords, countText, type ChangeSection, type Words } from "./change-words.js";

/** From so many changes on, each section is folded up. */
const FOLDED_FROM = 30;
/** Bitbucket takes 32,768 characters in a comment, GitHub twice as many. */
const MAX_LENGTH = 30_000;
/** A task with hundreds of packages must not take all of that. */
const MAX_DETAILS = 20;
const MAX_NAME_LENGTH = 300;

/**
 * A comparison as Markdown for a pull request, of the kind that GitHub, GitLab and Bitbucket share. What others have named
 * stands in code spans, where it is neither Markdown nor HTML, no mention and no reference. It is cut to what a comment may
 * hold.
 */
export function changeMarkdown({ before, after, changes }: Comparison): string {
  const head = `### ${sideText(before)} -> ${sideText(after)}\n\n${countText(changes)}. Commit ${commitText(before)} -> ${commitText(after)}.\n`;
  const shown = changes.slice(0, fitting(changes, MAX_LENGTH - head.length));
  const isFolded = changes.length >= FOLDED_FROM;
  const sections = changeSections(shown).map((section) => (isFolded ? folded(section) : open(section)));
  const left = changes.length - shown.length;
  const rest = left === 0 ? [] : [`and ${left} more: \`dkist-core diff\` shows them all\n`];
  return [head, ...sections, ...rest].join("\n");
}

/** How many changes have room; a section's title may come with each. */
function fitting(changes: readonly Change[], room: number): number {
  let used = 200;
  for (const [index, change] of changes.entries()) {
    used += line(change).length + titleRoom(changes[index - 1], change);
    if (used > room) return index;
  }
  return changes.length;
}

function titleRoom(previous: Change | undefined, change: Change): number {
  const isNew = previous?.workflow !== change.workflow || previous.subject !== change.subject;
  return isNew ? 150 + 2 * (change.workflow?.length ?? 0) : 0;
}

function open({ title, workflow, changes }: ChangeSection): string {
  const name = workflow === null ? "" : ` ${codeSpan(workflow)}`;
  return `**${title}**${name}\n\n${changes.map(line).join("")}`;
}

/** HTML until the blank line, Markdown after it; where HTML is not let through, the tags are seen, and the list still is one. */
function folded({ title, workflow, changes }: ChangeSection): string {
  const name = workflow === null ? "" : ` <code>${htmlText(workflow)}</code>`;
  const summary = `<summary>${title}${name}: ${countText(changes)}</summary>`;
  return `<details>${summary}\n\n${changes.map(line).join("")}\n</details>\n`;
}

function line(change: Change): string {
  const { kind, what, name, details } = changeWords(change);
  const told = details.slice(0, MAX_DETAILS).map((phrase) => phrase.map(piece).join(""));
  const more = details.length > MAX_DETAILS ? [`and ${details.length - MAX_DETAILS} more`] : [];
  const all = [...told, ...more].join(", ");
  return `- **${kind}** ${what} ${codeSpan(name)}${all === "" ? "" : `: ${all}`}\n`;
}

function piece({ text, code }: Words): string {
  return code ? codeSpan(text) : text;
}

function sideText({ name, version }: ComparedRelease): string {
  return codeSpan(`${name} ${version}`);
}

function commitText({ gitCommit, gitDirty }: ComparedRelease): string {
  if (gitCommit === null) return "none";
  return `${codeSpan(gitCommit.slice(0, 7))}${gitDirty === true ? " with uncommitted changes" : ""}`;
}

/**
 * Text as a code span: nothing in it means anything. Its fence is longer than any in the text.
 *
 * @see https://spec.commonmark.org/0.31.2/#code-spans
 */
function codeSpan(text: string): string {
  const shown = shortened(text);
  if (shown === "") return '""';
  const fence = "`".repeat(Math.max(0, ...(shown.match(/`+/g) ?? []).map((ticks) => ticks.length)) + 1);
  // One space at each end is taken off again.
  const pad = /^`|`$|^ .* $/.test(shown) && /[^ ]/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

function htmlText(text: string): string {
  return shortened(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function shortened(text: string): string {
  const shown = printable(text);
  // By code points: half a character is none.
  return shown.length > MAX_NAME_LENGTH ? `${Array.from(shown).slice(0, MAX_NAME_LENGTH).join("")}…` : shown;
}
