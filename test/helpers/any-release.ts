import fc from "fast-check";
import type { ReleaseDescription } from "../../src/model/artifact.js";
import { dagId } from "../../src/model/naming.js";
import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { bundleSummary, DAG_OPTIONS, releaseFacts } from "./report-input.js";
import { nodeModel, workflowModel } from "./workflow-models.js";

/** So few names and values that two releases have most of them in common. */
const name = fc.constantFrom("A", "B", "C", "__proto__");
const version = fc.constantFrom("1.0.0", "2.0.0");
const digest = fc.constantFrom("a".repeat(64), "b".repeat(64));
const few = <T>(item: fc.Arbitrary<T>, nameOf: (one: T) => string): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { selector: nameOf, maxLength: 3 });

const node = fc
  .record({
    taskName: name,
    upstreams: fc.array(name, { maxLength: 3 }),
    retries: fc.nat(1),
    pool: fc.constantFrom(null, "disk"),
  })
  .map(({ taskName, ...options }) => nodeModel(taskName, options));
const workflow = fc
  .record({
    workflowName: name,
    nodes: few(node, ({ taskName }) => taskName),
    tags: fc.constantFrom(["x"], ["x", "y"]),
  })
  .map(({ workflowName, nodes, tags }): WorkflowModel => ({ ...workflowModel(workflowName, nodes), tags }));
const packages = few(
  fc.record({ name, version, license: fc.constant(null) }),
  ({ name, version }) => name + version,
).map(
  // As a build lists them.
  (list) => list.sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1)),
);
const bundle = fc
  .record({
    taskName: name,
    digest,
    codeDigest: digest,
    packages,
    bytes: fc.nat(2),
    isolation: fc.constantFrom("bundle" as const, "folder" as const),
  })
  .map(({ taskName, ...options }) => bundleSummary(taskName, options));
const asset = fc.record({
  path: name,
  bytes: fc.nat(1),
  mode: fc.constantFrom("644" as const, "755" as const),
  sha256: digest,
});
const nodeOptions = fc.dictionary(fc.constantFrom("gpu", "default"), fc.constantFrom(["--a"], ["--b"]));

/** Any release, its parts independent of one another. */
export const anyRelease: fc.Arbitrary<ReleaseDescription> = fc
  .record({
    version,
    toolVersion: version,
    name: fc.constantFrom("vbi", "visp"),
    dagTemplatesSha256: digest,
    dagOptions: fc
      .record({ owner: name, maxActiveRuns: fc.constantFrom(null, 1), nodeOptions })
      .map((options) => ({ ...DAG_OPTIONS, ...options, nodeOptions: sortedByKey(options.nodeOptions) })),
    workflows: few(workflow, ({ workflowName }) => workflowName),
    bundles: few(bundle, ({ taskName }) => taskName),
    notifier: fc.record({ sha256: digest, packages }),
    assets: few(asset, ({ path }) => path),
  })
  .map((parts) =>
    releaseFacts([], {
      ...parts,
      workflows: parts.workflows.map((one) => ({ ...one, dagId: dagId(one.workflowName, parts.version) })),
    }),
  );

function sortedByKey<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
