import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { ReleaseDescription } from "../../src/model/artifact.js";
import { releaseChanges, type Change } from "../../src/model/release-changes.js";
import { byVersion } from "../../src/model/version-order.js";
import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { anyRelease } from "../helpers/any-release.js";
import { bundleSummary, DAG_OPTIONS, releaseFacts } from "../helpers/report-input.js";
import { nodeModel, workflowModel } from "../helpers/workflow-models.js";

type Workflow = ReleaseDescription["workflows"][number];

const A = nodeModel("A");
const flow = (...nodes: Parameters<typeof workflowModel>[1]): WorkflowModel => workflowModel("flow", nodes);
/** Both sides of one difference, which alone is to be found. */
type Pair = readonly [ReleaseDescription, ReleaseDescription];
const pair = (before: Partial<ReleaseDescription>, after: Partial<ReleaseDescription>): Pair => [
  releaseFacts([], before),
  releaseFacts([], after),
];
const workflows = (before: readonly WorkflowModel[], after: readonly WorkflowModel[]): Pair => [
  releaseFacts(before, { bundles: [] }),
  releaseFacts(after, { bundles: [] }),
];
const task = (before: Parameters<typeof bundleSummary>[1], after: Parameters<typeof bundleSummary>[1]) =>
  pair(
    { bundles: [bundleSummary("T", { ...before, digest: "before" })] },
    { bundles: [bundleSummary("T", { ...after, digest: "after" })] },
  );
const yaml = (version: string) => ({ name: "yaml", version, license: "ISC" });
const file = (path: string, bytes: number, sha256: string, mode: "644" | "755" = "644") => ({
  path,
  bytes,
  mode,
  sha256,
});
const inFlow = { subject: "node", workflow: "flow" } as const;

const TABLE: readonly [string, Pair, Change[]][] = [
  [
    "a workflow that came",
    workflows([], [flow(A, nodeModel("B"))]),
    [
      {
        kind: "added",
        subject: "workflow",
        workflow: "flow",
        name: "flow",
        details: [{ what: "nodes", before: null, after: ["A", "B"] }],
      },
    ],
  ],
  [
    "a workflow under another name, as one that went and one that came",
    workflows([workflowModel("old", [A])], [workflowModel("new", [A])]),
    [
      {
        kind: "added",
        subject: "workflow",
        workflow: "new",
        name: "new",
        details: [{ what: "nodes", before: null, after: ["A"] }],
      },
      {
        kind: "removed",
        subject: "workflow",
        workflow: "old",
        name: "old",
        details: [{ what: "nodes", before: ["A"], after: null }],
      },
    ],
  ],
  [
    "tags and the package of a workflow",
    workflows([flow(A)], [{ ...flow(A), tags: ["x", "y"], workflowPackage: "vbi" }]),
    [
      {
        kind: "changed",
        subject: "workflow",
        workflow: "flow",
        name: "flow",
        details: [
          { what: "tags", before: ["test"], after: ["x", "y"] },
          { what: "workflowPackage", before: null, after: "vbi" },
        ],
      },
    ],
  ],
  [
    "a node that came with its upstreams, and one that went",
    workflows([flow(A, nodeModel("B", { upstreams: ["A"] }))], [flow(A, nodeModel("C", { upstreams: ["A"] }))]),
    [
      { ...inFlow, kind: "removed", name: "B", details: [{ what: "upstreams", before: ["A"], after: null }] },
      { ...inFlow, kind: "added", name: "C", details: [{ what: "upstreams", before: null, after: ["A"] }] },
    ],
  ],
  [
    "every option of a node",
    workflows(
      [flow(A)],
      [
        flow(
          nodeModel("A", {
            resourceQueue: "gpu",
            retries: 2,
            retryDelaySeconds: 5,
            executionTimeoutSeconds: 90,
            pool: "disk",
            priorityWeight: 7,
            triggerRule: "all_done",
          }),
        ),
      ],
    ),
    [
      {
        ...inFlow,
        kind: "changed",
        name: "A",
        details: [
          { what: "resourceQueue", before: "default", after: "gpu" },
          { what: "retries", before: 0, after: 2 },
          { what: "retryDelaySeconds", before: 60, after: 5 },
          { what: "executionTimeoutSeconds", before: null, after: 90 },
          { what: "pool", before: null, after: "disk" },
          { what: "priorityWeight", before: null, after: 7 },
          { what: "triggerRule", before: "all_success", after: "all_done" },
        ],
      },
    ],
  ],
  [
    "an edge that went and one that came",
    workflows(
      [flow(A, nodeModel("B"), nodeModel("C", { upstreams: ["A"] }))],
      [flow(A, nodeModel("B"), nodeModel("C", { upstreams: ["B"] }))],
    ),
    [
      { kind: "removed", subject: "edge", workflow: "flow", name: "A >> C", details: [] },
      { kind: "added", subject: "edge", workflow: "flow", name: "B >> C", details: [] },
    ],
  ],
  [
    "packages that moved, came and went, and no other code",
    task(
      { packages: [yaml("1.0.0"), { ...yaml("1.0.0"), name: "old" }] },
      { packages: [yaml("2.0.0"), { ...yaml("3.0.0"), name: "new" }] },
    ),
    [
      {
        kind: "changed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [
          { what: "package", name: "new", before: null, after: "3.0.0" },
          { what: "package", name: "old", before: "1.0.0", after: null },
          { what: "package", name: "yaml", before: "1.0.0", after: "2.0.0" },
        ],
      },
    ],
  ],
  [
    "one of two versions of a package",
    task({ packages: [yaml("1.0.0"), yaml("2.0.0")] }, { packages: [yaml("1.0.0"), yaml("2.1.0")] }),
    [
      {
        kind: "changed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [{ what: "package", name: "yaml", before: "2.0.0", after: "2.1.0" }],
      },
    ],
  ],
  [
    "two versions of a package that went",
    task({ packages: [yaml("1.0.0"), yaml("2.0.0")] }, { packages: [] }),
    [
      {
        kind: "changed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [{ what: "package", name: "yaml", before: "1.0.0, 2.0.0", after: null }],
      },
    ],
  ],
  [
    "a bundle that came, and one that went",
    pair({ bundles: [bundleSummary("T", { bytes: 1 })] }, { bundles: [bundleSummary("U", { bytes: 2 })] }),
    [
      {
        kind: "removed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [{ what: "bytes", before: 1, after: null }],
      },
      {
        kind: "added",
        subject: "task",
        workflow: null,
        name: "U",
        details: [{ what: "bytes", before: null, after: 2 }],
      },
    ],
  ],
  [
    "a native addon for another platform",
    task(
      { native: { platform: "linux", arch: "x64", libc: "musl" } },
      { native: { platform: "darwin", arch: "arm64", libc: null } },
    ),
    [
      {
        kind: "changed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [{ what: "native", before: "linux x64 musl", after: "darwin arm64" }],
      },
    ],
  ],
  [
    "code, size, isolation and its reasons",
    task(
      { bytes: 1, codeDigest: "a" },
      {
        bytes: 2,
        codeDigest: "b",
        isolation: "folder",
        reasons: ["sharp: a native addon"],
        native: { platform: "linux", arch: "x64", libc: "glibc" },
      },
    ),
    [
      {
        kind: "changed",
        subject: "task",
        workflow: null,
        name: "T",
        details: [
          { what: "isolation", before: "bundle", after: "folder" },
          { what: "reasons", before: [], after: ["sharp: a native addon"] },
          { what: "native", before: null, after: "linux x64 glibc" },
          { what: "code", before: "a", after: "b" },
          { what: "bytes", before: 1, after: 2 },
        ],
      },
    ],
  ],
  [
    "a bundle that is another one, whyever",
    task({}, {}),
    [{ kind: "changed", subject: "task", workflow: null, name: "T", details: [] }],
  ],
  [
    "assets",
    pair(
      { assets: [file("gone", 1, "g"), file("same", 1, "s"), file("tool", 1, "t")] },
      { assets: [file("came", 5, "c"), file("same", 1, "s"), file("tool", 2, "u", "755")] },
    ),
    [
      {
        kind: "added",
        subject: "asset",
        workflow: null,
        name: "came",
        details: [{ what: "bytes", before: null, after: 5 }],
      },
      {
        kind: "removed",
        subject: "asset",
        workflow: null,
        name: "gone",
        details: [{ what: "bytes", before: 1, after: null }],
      },
      {
        kind: "changed",
        subject: "asset",
        workflow: null,
        name: "tool",
        details: [
          { what: "content", before: "t", after: "u" },
          { what: "mode", before: "644", after: "755" },
          { what: "bytes", before: 1, after: 2 },
        ],
      },
    ],
  ],
  [
    "the program that sends the failure message",
    pair({ notifier: { sha256: "a", packages: [] } }, { notifier: { sha256: "b", packages: [yaml("1.0.0")] } }),
    [
      {
        kind: "changed",
        subject: "notifier",
        workflow: null,
        name: "notify-failure.js",
        details: [
          { what: "package", name: "yaml", before: null, after: "1.0.0" },
          { what: "content", before: "a", after: "b" },
        ],
      },
    ],
  ],
  [
    "settings that all DAG files share",
    pair(
      { dagOptions: { ...DAG_OPTIONS, nodeOptions: { gpu: ["--a"] } } },
      {
        toolVersion: "0.2.0",
        name: "other-name",
        dagTemplatesSha256: "other",
        dagOptions: { ...DAG_OPTIONS, owner: "me", maxActiveRuns: 2, nodeOptions: { cpu: ["--b"] } },
      },
    ),
    (
      [
        ["airflow.maxActiveRuns", null, 2],
        ["airflow.owner", "airflow", "me"],
        ["dkist-core", "0.1.0", "0.2.0"],
        ["name", releaseFacts([]).name, "other-name"],
        ["nodeOptions.cpu", null, ["--b"]],
        ["nodeOptions.gpu", ["--a"], null],
        ["templates", "f".repeat(64), "other"],
      ] as const
    ).map(([name, before, after]) => ({
      kind: "changed",
      subject: "setting",
      workflow: null,
      name,
      details: [{ what: "value", before, after }],
    })),
  ],
];

describe("releaseChanges", () => {
  it.each(TABLE)("finds %s", (_, [before, after], expected) => {
    expect(releaseChanges(before, after)).toEqual(expected);
  });

  it("does not count a version, a commit, a lock file, a module's place, and the order of nodes and upstreams", () => {
    const nodes = [A, nodeModel("B"), nodeModel("C", { upstreams: ["A", "B"] })];
    const turned = [nodeModel("C", { upstreams: ["B", "A", "B"] }), nodeModel("B"), { ...A, taskClass: 9 }];
    const before = releaseFacts([flow(...nodes)]);
    const after = releaseFacts([{ ...flow(...turned), file: "dist/moved.js", workflowVersion: "9" }], {
      version: "9",
      gitCommit: "f".repeat(40),
      gitDirty: false,
      lockfileSha256: "f".repeat(64),
    });
    expect(releaseChanges(before, after)).toEqual([]);
  });

  it("takes a bundle with the same bytes for the same, whatever it was made of", () => {
    const withBundle = (options: Parameters<typeof bundleSummary>[1]): ReleaseDescription =>
      releaseFacts([], { bundles: [bundleSummary("T", options)] });
    expect(releaseChanges(withBundle({}), withBundle({ codeDigest: "other" }))).toEqual([]);
  });

  it("tells workflows first, and each of them whole", () => {
    const before = releaseFacts([workflowModel("b", [A]), workflowModel("a", [nodeModel("X")])]);
    const after = releaseFacts([
      workflowModel("b", [nodeModel("A", { retries: 1 }), nodeModel("N")]),
      workflowModel("c", [A]),
    ]);
    expect(releaseChanges(before, after).map(({ subject, name }) => `${subject} ${name}`)).toEqual([
      "workflow a",
      "node A",
      "node N",
      "workflow c",
      "task N",
      "task X",
    ]);
  });

  it("sorts by workflow, subject and name", () => {
    const sortKey = ({ workflow, subject, name }: Change): string =>
      [workflow === null ? "1" : `0 ${workflow}`, SUBJECTS.indexOf(subject), name].join("\0");
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        const keys = releaseChanges(a, b).map(sortKey);
        expect(keys).toEqual([...keys].sort());
      }),
    );
    const nodes = (...upstreams: string[]) => [
      A,
      nodeModel("B"),
      ...["D", "C"].map((name) => nodeModel(name, { upstreams })),
    ];
    const edges = releaseChanges(...workflows([flow(...nodes())], [flow(...nodes("B", "A"))]));
    expect(edges.map(({ name }) => name)).toEqual(["A >> C", "A >> D", "B >> C", "B >> D"]);
  });

  it("finds nothing between a release and itself", () => {
    fc.assert(fc.property(anyRelease, (release) => expect(releaseChanges(release, release)).toEqual([])));
  });

  it("finds the same the other way round, mirrored", () => {
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        expect(releaseChanges(b, a)).toEqual(releaseChanges(a, b).map(mirrored));
      }),
      { numRuns: 300 },
    );
  });

  it("finds something wherever what Airflow or a worker gets differs", () => {
    const got = ({
      name,
      toolVersion,
      dagOptions,
      dagTemplatesSha256,
      workflows,
      bundles,
      notifier,
      assets,
    }: ReleaseDescription) =>
      JSON.stringify([
        [name, toolVersion, dagTemplatesSha256, notifier],
        dagOptions,
        byName(workflows, ({ workflowName }) => workflowName).map(graph),
        byName(bundles, ({ taskName }) => taskName).map(({ taskName, digest }) => [taskName, digest]),
        byName(assets, ({ path }) => path),
      ]);
    const graph = ({ workflowName, tags, workflowPackage, nodes }: Workflow) => [
      [workflowName, tags, workflowPackage],
      byName(nodes, ({ taskName }) => taskName).map((node) => ({
        ...node,
        taskClass: 0,
        upstreams: [...new Set(node.upstreams)].sort(),
      })),
    ];
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        expect(releaseChanges(a, b).length > 0).toBe(got(a) !== got(b));
      }),
      { numRuns: 300 },
    );
  });
});

const SUBJECTS = ["workflow", "node", "edge", "task", "asset", "notifier", "setting"];

const KINDS = { added: "removed", removed: "added", changed: "changed" } as const;

function mirrored({ kind, details, ...change }: Change): Change {
  return {
    ...change,
    kind: KINDS[kind],
    details: details.map(({ before, after, ...detail }) => ({ ...detail, before: after, after: before })),
  };
}

function byName<T>(list: readonly T[], nameOf: (one: T) => string): T[] {
  return [...list].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

describe("byVersion", () => {
  it.each([
    ["1.9.0", "1.10.0"],
    ["1.4.0-rc1", "1.4.0"],
    ["1.4.0-rc2", "1.4.0-rc10"],
    ["1.4", "1.4.1"],
    ["9", "20261122093000123456"],
    ["007", "8"],
    ["v1", "v2"],
    ["1.04", "1.4"],
    ["1.04-rc1", "1.4-rc1"],
    ["1.4", "1.4."],
  ])("%s before %s", (a, b) => {
    expect(byVersion(a, b)).toBeLessThan(0);
    expect(byVersion(b, a)).toBeGreaterThan(0);
  });

  it("is an order: any shuffling sorts alike", () => {
    const version = fc.stringMatching(/^[0-9ab]{1,3}([.-][0-9ab]{1,3}){0,3}$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(byVersion(a, b)) + Math.sign(byVersion(b, a))).toBe(0);
        if (byVersion(a, b) <= 0 && byVersion(b, c) <= 0) expect(byVersion(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
