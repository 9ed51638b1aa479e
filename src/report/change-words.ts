import { durationText } from "../model/duration.js";
import type { Change, ChangeDetail, DetailValue } from "../model/release-changes.js";
import { bytesText } from "./text.js";
import { counted } from "../model/counted.js";

/** A piece of a sentence: our own words, or a name or value that somebody else gave (`code`). */
export interface Words {
  readonly text: string;
  readonly code: boolean;
}

/** A change as terminals, pages and Markdown say it; each encodes the pieces for its own language. */
export interface ChangeWords {
  readonly kind: Change["kind"];
  /** E.g. `node`. */
  readonly what: string;
  readonly name: string;
  /** Each a few words on one respect. */
  readonly details: readonly (readonly Words[])[];
}

/**
 * @example
 * changeWords({ kind: "changed", subject: "node", name: "Dark", details: [{ what: "retries", before: 0, after: 2 }], … })
 * // changed, node, Dark, [retries 0 -> 2]
 */
export function changeWords({ kind, subject, name, details }: Change): ChangeWords {
  const phrases = subject === "task" && kind === "changed" ? taskPhrases(details) : details.flatMap(phraseOf);
  return { kind, what: WHAT[subject], name, details: phrases };
}

/** What of a release's changes there is, e.g. `5 changes: 2 added, 2 changed, 1 removed`, or `3 added`. */
export function countText(changes: readonly Change[]): string {
  if (changes.length === 0) return "no change";
  const counts = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return counts.length === 1 ? counts.join("") : `${counted(changes.length, "change")}: ${counts.join(", ")}`;
}

/** Changes that belong together, under one title. */
export interface ChangeSection {
  readonly title: string;
  /** The workflow's; null for a section of another kind. */
  readonly workflow: string | null;
  readonly changes: readonly Change[];
}

/** The changes in sections, which all keep their order: whole workflows, each workflow that changed, then the rest. */
export function changeSections(changes: readonly Change[]): ChangeSection[] {
  const sections = new Map<string, { title: string; workflow: string | null; changes: Change[] }>();
  const add = (title: string, workflow: string | null, change: Change): void => {
    const key = JSON.stringify([title, workflow]);
    const section = sections.get(key) ?? { title, workflow, changes: [] };
    section.changes.push(change);
    sections.set(key, section);
  };
  const isWhole = ({ subject, kind }: Change): boolean => subject === "workflow" && kind !== "changed";
  for (const change of changes.filter(isWhole)) add("Workflows", null, change);
  for (const change of changes.filter((one) => !isWhole(one))) {
    if (change.workflow === null) add(TITLES[change.subject], null, change);
    else add("Workflow", change.workflow, change);
  }
  return [...sections.values()];
}

const WHAT: Readonly<Record<Change["subject"], string>> = {
  workflow: "workflow",
  node: "node",
  edge: "edge",
  task: "task",
  asset: "asset",
  notifier: "program",
  setting: "setting",
};

const TITLES: Readonly<Record<Change["subject"], string>> = {
  workflow: "Workflows",
  node: "Workflows",
  edge: "Workflows",
  task: "Tasks",
  asset: "Assets",
  notifier: "Failure message",
  setting: "Settings",
};

/** With its cause: what moved, and whether the client repo's own code did. */
function taskPhrases(details: readonly ChangeDetail[]): Words[][] {
  const isCode = ({ what }: ChangeDetail): boolean => what === "code";
  const isSize = ({ what }: ChangeDetail): boolean => what === "bytes";
  const causes = details.filter((detail) => !isCode(detail) && !isSize(detail));
  const code = details.some(isCode)
    ? "code changed"
    : causes.length > 0
      ? "code unchanged"
      : "bundled otherwise, from the same code and versions";
  return [...causes.flatMap(phraseOf), [words(code)], ...details.filter(isSize).flatMap(phraseOf)];
}

function phraseOf(detail: ChangeDetail): Words[][] {
  const { what, name = "", before, after } = detail;
  switch (what) {
    case "nodes":
      return [[words(counted(listOf(after ?? before).length, "node"))]];
    case "upstreams":
      return listOf(after ?? before).length === 0 ? [] : [[words("after "), ...listed(after ?? before)]];
    case "package":
      if (before === null) return [[words("with "), code(`${name} ${shown(what, after)}`)]];
      if (after === null) return [[words("without "), code(`${name} ${shown(what, before)}`)]];
      return [[code(name), words(" "), ...moved(what, before, after)]];
    case "native":
      if (before === null) return [[words("with native addons for "), ...valued(what, after)]];
      if (after === null) return [[words("without native addons")]];
      return [[words("native addons for "), ...moved(what, before, after)]];
    case "bytes":
      return [[words(sizeText(before, after))]];
    case "content":
      return [[words("other content")]];
    case "value":
      // Digests say nothing to people.
      return isDigest(before) && isDigest(after) ? [[words("other content")]] : [moved(what, before, after)];
    case "isolation":
      return [[words(`${isolationText(before)} -> ${isolationText(after)}`)]];
    case "reasons":
      return listOf(after).length === 0 ? [] : [[words("because of "), ...listed(after)]];
    default:
      return [[words(`${NAMES[what] ?? what} `), ...moved(what, before, after)]];
  }
}

const NAMES: Readonly<Record<string, string>> = {
  resourceQueue: "resource queue",
  retryDelaySeconds: "retry delay",
  executionTimeoutSeconds: "timeout",
  priorityWeight: "priority",
  triggerRule: "trigger rule",
  workflowPackage: "package",
};

function moved(what: string, before: DetailValue, after: DetailValue): Words[] {
  return [...valued(what, before), words(" -> "), ...valued(what, after)];
}

function valued(what: string, value: DetailValue): Words[] {
  const text = shown(what, value);
  return text === "" ? [words("none")] : [code(text)];
}

function shown(what: string, value: DetailValue): string {
  if (value === null) return "";
  if (typeof value === "number" && what.endsWith("Seconds")) return durationText(value);
  return typeof value === "object" ? value.join(", ") : String(value);
}

function listOf(value: DetailValue): readonly string[] {
  return typeof value === "object" && value !== null ? value : [];
}

function listed(value: DetailValue): Words[] {
  return listOf(value).flatMap((name, index) => (index === 0 ? [code(name)] : [words(", "), code(name)]));
}

function sizeText(before: DetailValue, after: DetailValue): string {
  if (typeof before !== "number" || typeof after !== "number") return bytesText(Number(before ?? after));
  const [old, now] = [bytesText(before), bytesText(after)];
  if (old !== now) return `${old} -> ${now}`;
  return `${counted(Math.abs(after - before), "byte")} ${after > before ? "more" : "less"}`;
}

function isolationText(value: DetailValue): string {
  return value === "folder" ? "a folder" : "one file";
}

function isDigest(value: DetailValue): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function words(text: string): Words {
  return { text, code: false };
}

function code(text: string): Words {
  return { text, code: true };
}
