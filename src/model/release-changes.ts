import type { BundleSummary, ManifestFile, ReleaseDescription, SourceState } from "./artifact.js";
import type { DagOptions } from "./dag-options.js";
import { byCodeUnit } from "./naming.js";
import type { NativePlatform, PackageRef } from "./task-bundle.js";

/** One thing that one release has otherwise than another. */
export interface Change {
  /** What happened to it. */
  readonly kind: "added" | "removed" | "changed";
  /** What kind of thing it is. */
  readonly subject: ChangeSubject;
  /** The workflow that a node or an edge is in, or that is meant itself; null for what no workflow holds. */
  readonly workflow: string | null;
  /** Its name; of an edge `<upstream> >> <downstream>`, of a setting its key in the config. */
  readonly name: string;
  /** In which respects, each with its cause where one is known. */
  readonly details: readonly ChangeDetail[];
}

/** A kind of thing that can change, in the order in which changes are told. */
export type ChangeSubject = "workflow" | "node" | "edge" | "task" | "asset" | "notifier" | "setting";

/** One respect in which a thing differs. Null is what is not there. */
export interface ChangeDetail {
  /** E.g. `retries`, `code` (with digests), `package` (with versions), `bytes`. */
  readonly what: string;
  /** Of a package. */
  readonly name?: string;
  /** What it was. */
  readonly before: DetailValue;
  /** What it is. */
  readonly after: DetailValue;
}

/** One side of a difference; null is what is not there. */
export type DetailValue = string | number | boolean | null | readonly string[];

/** Two releases and what differs. */
export interface Comparison {
  /** The one that is compared with. */
  readonly before: ComparedRelease;
  /** The one that is looked at. */
  readonly after: ComparedRelease;
  /** Sorted by workflow, subject and name. */
  readonly changes: readonly Change[];
}

/** Which release it is, and where it was read from. */
export interface ComparedRelease extends SourceState {
  /** As it was given. */
  readonly place: string;
  /** The release name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
}

/**
 * Everything that Airflow or a worker gets otherwise with one release than with another. Versions always differ, and the
 * order of nodes and upstreams says nothing: neither is a change. A workflow under another name is another workflow.
 *
 * @returns sorted by workflow, subject and name, whatever was added or removed: the other way round, each change is mirrored
 */
export function releaseChanges(before: ReleaseDescription, after: ReleaseDescription): Change[] {
  return [
    ...workflowChanges(before.workflows, after.workflows),
    ...paired(before.bundles, after.bundles, ({ taskName }) => taskName).flatMap(taskChange),
    ...paired(before.assets, after.assets, ({ path }) => path).flatMap(assetChange),
    ...notifierChange(before.notifier, after.notifier),
    ...settingChanges(before, after),
  ];
}

type Workflow = ReleaseDescription["workflows"][number];
type Node = Workflow["nodes"][number];

function workflowChanges(before: readonly Workflow[], after: readonly Workflow[]): Change[] {
  return paired(before, after, ({ workflowName }) => workflowName).flatMap(({ name, before, after }): Change[] => {
    const of = { kind: kindOf(before, after), subject: "workflow", workflow: name, name } as const;
    if (before === undefined || after === undefined) {
      return [{ ...of, details: [detail("nodes", taskNames(before?.nodes), taskNames(after?.nodes))] }];
    }
    const details = differing([
      detail("tags", before.tags, after.tags),
      detail("workflowPackage", before.workflowPackage, after.workflowPackage),
    ]);
    const nodes = paired(before.nodes, after.nodes, ({ taskName }) => taskName);
    return [
      ...(details.length === 0 ? [] : [{ ...of, details }]),
      ...nodes.flatMap((node) => nodeChange(name, node)),
      ...nodes.flatMap((node) => edgeChanges(name, node)).sort((a, b) => byCodeUnit(a.name, b.name)),
    ];
  });
}

function nodeChange(workflow: string, { name, before, after }: Pair<Node>): Change[] {
  const of = { kind: kindOf(before, after), subject: "node", workflow, name } as const;
  if (before === undefined || after === undefined) {
    const upstreams = (node: Node | undefined): DetailValue => (node === undefined ? null : unique(node.upstreams));
    return [{ ...of, details: [detail("upstreams", upstreams(before), upstreams(after))] }];
  }
  const details = differing(NODE_OPTIONS.map((option) => detail(option, before[option], after[option])));
  return details.length === 0 ? [] : [{ ...of, details }];
}

const NODE_OPTIONS = [
  "resourceQueue",
  "retries",
  "retryDelaySeconds",
  "executionTimeoutSeconds",
  "pool",
  "priorityWeight",
  "triggerRule",
] as const;

/** The upstreams of a node that both have; those of another one are told with the node. */
function edgeChanges(workflow: string, { name, before, after }: Pair<Node>): Change[] {
  if (before === undefined || after === undefined) return [];
  return paired(before.upstreams, after.upstreams, (upstream) => upstream)
    .filter((upstream) => upstream.before === undefined || upstream.after === undefined)
    .map((upstream) => ({
      kind: kindOf(upstream.before, upstream.after),
      subject: "edge",
      workflow,
      name: `${upstream.name} >> ${name}`,
      details: [],
    }));
}

function taskNames(nodes: readonly Node[] | undefined): DetailValue {
  return nodes?.map(({ taskName }) => taskName) ?? null;
}

function taskChange({ name, before, after }: Pair<BundleSummary>): Change[] {
  const of = { kind: kindOf(before, after), subject: "task", workflow: null, name } as const;
  const bytes = detail("bytes", before?.bytes ?? null, after?.bytes ?? null);
  if (before === undefined || after === undefined) return [{ ...of, details: [bytes] }];
  // The code that it was made of may differ where nothing comes of it.
  if (before.digest === after.digest) return [];
  const details = differing([
    detail("isolation", before.isolation, after.isolation),
    detail("reasons", before.reasons, after.reasons),
    detail("native", platformText(before.native), platformText(after.native)),
    ...packageDetails(before.packages, after.packages),
    detail("code", before.codeDigest, after.codeDigest),
    bytes,
  ]);
  return [{ ...of, details }];
}

/** Versions that went and that came, by package; a package may be there in several. */
function packageDetails(before: readonly PackageRef[], after: readonly PackageRef[]): ChangeDetail[] {
  const versionsIn = (packages: readonly PackageRef[], wanted: string): string[] =>
    packages.filter(({ name }) => name === wanted).map(({ version }) => version);
  const names = unique([...before, ...after].map(({ name }) => name));
  return names.map((name) => {
    const [old, now] = [versionsIn(before, name), versionsIn(after, name)];
    const only = (versions: readonly string[], others: readonly string[]): string | null =>
      versions.filter((version) => !others.includes(version)).join(", ") || null;
    return { what: "package", name, before: only(old, now), after: only(now, old) };
  });
}

function assetChange({ name, before, after }: Pair<ManifestFile>): Change[] {
  const of = { kind: kindOf(before, after), subject: "asset", workflow: null, name } as const;
  const bytes = detail("bytes", before?.bytes ?? null, after?.bytes ?? null);
  if (before === undefined || after === undefined) return [{ ...of, details: [bytes] }];
  const details = differing([
    detail("content", before.sha256, after.sha256),
    detail("mode", before.mode, after.mode),
    bytes,
  ]);
  return details.length === 0 ? [] : [{ ...of, details }];
}

function notifierChange(before: ReleaseDescription["notifier"], after: ReleaseDescription["notifier"]): Change[] {
  const details = differing([
    ...packageDetails(before.packages, after.packages),
    detail("content", before.sha256, after.sha256),
  ]);
  if (details.length === 0) return [];
  return [{ kind: "changed", subject: "notifier", workflow: null, name: "notify-failure.js", details }];
}

function settingChanges(before: ReleaseDescription, after: ReleaseDescription): Change[] {
  const [old, now] = [settings(before), settings(after)];
  return unique([...old.keys(), ...now.keys()]).flatMap((name) => {
    const details = differing([detail("value", old.get(name) ?? null, now.get(name) ?? null)]);
    return details.length === 0
      ? []
      : [{ kind: "changed" as const, subject: "setting" as const, workflow: null, name, details }];
  });
}

/** By their keys in the config, as far as there are any. */
function settings(release: ReleaseDescription): Map<string, DetailValue> {
  const { nodeOptions, ...airflow }: DagOptions = release.dagOptions;
  return new Map<string, DetailValue>([
    ["dkist-core", release.toolVersion],
    ["name", release.name],
    ["templates", release.dagTemplatesSha256],
    ...Object.entries(airflow).map(([key, value]) => [`airflow.${key}`, value as DetailValue] as const),
    ...Object.entries(nodeOptions).map(([queue, flags]) => [`nodeOptions.${queue}`, flags] as const),
  ]);
}

/** What goes by one name in two lists; undefined where it is missing. */
interface Pair<T> {
  readonly name: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

function paired<T>(before: readonly T[], after: readonly T[], nameOf: (one: T) => string): Pair<T>[] {
  const [old, now] = [before, after].map((list) => new Map(list.map((one) => [nameOf(one), one]))) as [
    Map<string, T>,
    Map<string, T>,
  ];
  return unique([...old.keys(), ...now.keys()]).map((name) => ({ name, before: old.get(name), after: now.get(name) }));
}

function kindOf(before: unknown, after: unknown): Change["kind"] {
  return before === undefined ? "added" : after === undefined ? "removed" : "changed";
}

function detail(what: string, before: DetailValue, after: DetailValue): ChangeDetail {
  return { what, before, after };
}

function differing(details: readonly ChangeDetail[]): ChangeDetail[] {
  return details.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}

/** Each once, in one order. */
function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort(byCodeUnit);
}

function platformText(native: NativePlatform | null): string | null {
  return native === null ? null : [native.platform, native.arch, native.libc ?? ""].join(" ").trim();
}
