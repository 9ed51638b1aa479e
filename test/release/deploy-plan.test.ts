import { describe, expect, it } from "@jest/globals";
import type { FilesManifest, ManifestFile } from "../../src/model/artifact.js";
import { sha256 } from "../../src/model/digest.js";
import { planDeployment, type DagsAs, type DagsThere, type There } from "../../src/release/deploy-plan.js";
import type { CodeThere } from "../../src/release/survey-code.js";
import type { DagFileThere } from "../../src/release/survey-dags.js";

const listed = (path: string, content: string): ManifestFile => {
  return { path, bytes: content.length, mode: "644", sha256: sha256(content) };
};
const manifest = (kind: "code" | "workflows", version: string, files: readonly ManifestFile[]): FilesManifest => {
  return { formatVersion: 1, kind, name: "vbi", version, digest: `${kind} of this build`, files };
};
const wanted = (version: string) => ({
  name: "vbi",
  version,
  code: manifest("code", version, []),
  workflows: manifest("workflows", version, [listed("a.py", "a"), listed("b.py", "b")]),
});
const dagFile = (content: string, release: string | null): DagFileThere => {
  return { isFile: true, sha256: sha256(content), release };
};
const dags = (there: Partial<DagsThere> = {}): DagsThere => {
  return {
    folder: "/dags",
    manifest: null,
    hasFacts: false,
    zip: null,
    dagFiles: new Map(),
    claimed: new Map(),
    ...there,
  };
};

/** A plan as people see it: `+ code`. */
function planned(
  version: string,
  there: Partial<There>,
  asked: DagsAs | null = null,
): { steps: string[]; codes: string[] } {
  const { steps, findings } = planDeployment(wanted(version), { code: [], dags: null, ...there }, asked);
  const symbols = { new: "+", same: "=", replace: "~", restore: "!", remove: "-", refuse: "x" };
  return {
    steps: steps.map(({ action, path }) => `${symbols[action]} ${path}`),
    codes: findings.map(({ code }) => code),
  };
}

/** Without what is the same in all. */
function shortened(step: string): string {
  return step
    .replace("/dags/", "")
    .replace(/vbi_.*\.(release|manifest)\.json$/, "$1")
    .replace(/vbi_.*_workflows\.zip$/, "zip");
}

describe("the code", () => {
  const table: [string, string, CodeThere, string, string[]][] = [
    ["is new where nothing is", "1.0", { state: "absent" }, "+", []],
    ["is the same", "1.0", { state: "release", digest: "code of this build", isWhole: true }, "=", []],
    [
      "is restored where it is damaged",
      "1.0",
      { state: "release", digest: "code of this build", isWhole: false },
      "!",
      [],
    ],
    ["never changes", "1.0", { state: "release", digest: "another", isWhole: true }, "x", ["VERSION_TAKEN"]],
    ["changes as dev", "dev", { state: "release", digest: "another", isWhole: true }, "~", []],
    ["is left alone where it is something else", "1.0", { state: "unknown", why: "is a link" }, "x", ["VERSION_TAKEN"]],
    [
      "is left alone where it is something else, dev too",
      "dev",
      { state: "unknown", why: "is a link" },
      "x",
      ["VERSION_TAKEN"],
    ],
  ];
  it.each(table)("%s", (_, version, there, symbol, codes) => {
    expect(planned(version, { code: [{ folder: "/code/vbi", there }] })).toEqual({
      steps: [`${symbol} /code/vbi`],
      codes,
    });
  });

  it("goes to every mount before any DAG file", () => {
    const code = ["/a/vbi", "/b/vbi"].map((folder) => ({ folder, there: { state: "absent" } as const }));
    expect(planned("1.0", { code, dags: dags() }).steps).toEqual([
      "+ /a/vbi",
      "+ /b/vbi",
      "+ /dags/a.py",
      "+ /dags/b.py",
      "+ /dags/vbi_1.0.release.json",
      "+ /dags/vbi_1.0.manifest.json",
    ]);
  });
});

describe("DAG files", () => {
  const OURS = "vbi_1.0";
  const own = (digest: string | null, ...files: ManifestFile[]): DagsThere["manifest"] => ({ digest, files });
  const both = { hasFacts: true, manifest: own("workflows of this build", listed("a.py", "a"), listed("b.py", "b")) };
  const table: [string, string, Partial<DagsThere>, string[], string[]][] = [
    [
      "that are there already",
      "1.0",
      {
        ...both,
        dagFiles: new Map([
          ["a.py", dagFile("a", OURS)],
          ["b.py", dagFile("b", OURS)],
        ]),
      },
      ["= a.py", "= b.py", "= release", "= manifest"],
      [],
    ],
    [
      "of which a killed deploy has put one in place",
      "1.0",
      { dagFiles: new Map([["a.py", dagFile("a", OURS)]]) },
      ["= a.py", "+ b.py", "+ release", "+ manifest"],
      [],
    ],
    [
      "of which one was edited",
      "1.0",
      { ...both, dagFiles: new Map([["a.py", dagFile("edited", OURS)]]) },
      ["! a.py", "+ b.py", "= release", "= manifest"],
      [],
    ],
    [
      "of another build of the version",
      "1.0",
      {
        hasFacts: true,
        manifest: own("other", listed("a.py", "A")),
        dagFiles: new Map([["a.py", dagFile("A", OURS)]]),
      },
      ["x a.py", "+ b.py", "x manifest"],
      ["VERSION_TAKEN", "VERSION_TAKEN"],
    ],
    [
      "of another build of the version, without a manifest",
      "1.0",
      { dagFiles: new Map([["a.py", dagFile("A", OURS)]]) },
      ["x a.py", "+ b.py", "+ release", "+ manifest"],
      ["VERSION_TAKEN"],
    ],
    [
      "whose manifest is broken",
      "1.0",
      { manifest: own(null), dagFiles: new Map([["a.py", dagFile("a", OURS)]]) },
      ["= a.py", "+ b.py", "+ release", "! manifest"],
      [],
    ],
    [
      "of another release",
      "1.0",
      { dagFiles: new Map([["a.py", dagFile("A", "other_1.0")]]) },
      ["x a.py", "+ b.py", "+ release", "+ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "of another release, dev too",
      "dev",
      { dagFiles: new Map([["a.py", dagFile("A", "other_dev")]]) },
      ["x a.py", "+ b.py", "+ release", "+ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "that nobody knows",
      "1.0",
      { dagFiles: new Map([["a.py", dagFile("mine", null)]]) },
      ["x a.py", "+ b.py", "+ release", "+ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "that nobody knows, but our manifest does: templates of the user's own",
      "dev",
      { manifest: own("other", listed("a.py", "A")), dagFiles: new Map([["a.py", dagFile("A", null)]]) },
      ["~ a.py", "+ b.py", "+ release", "~ manifest"],
      [],
    ],
    [
      "of another release, though our manifest lists them",
      "dev",
      { manifest: own("other", listed("a.py", "A")), dagFiles: new Map([["a.py", dagFile("B", "other_dev")]]) },
      ["x a.py", "+ b.py", "+ release", "~ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "that another release has in its zip",
      "1.0",
      { claimed: new Map([["b.py", "other_1.0"]]) },
      ["+ a.py", "x b.py", "+ release", "+ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "that is a link",
      "1.0",
      { dagFiles: new Map([["a.py", { isFile: false, sha256: null, release: null }]]) },
      ["x a.py", "+ b.py", "+ release", "+ manifest"],
      ["DAG_TAKEN"],
    ],
    [
      "that are here in a zip",
      "1.0",
      { zip: { digest: "workflows of this build", isWhole: true } },
      ["x zip"],
      ["VERSION_TAKEN"],
    ],
    [
      "of dev before: its own change, what it no longer has goes, what is others' stays",
      "dev",
      {
        hasFacts: true,
        manifest: own(
          "other",
          listed("a.py", "A"),
          listed("gone.py", "g"),
          listed("edited.py", "e"),
          listed("given.py", "g"),
          listed("absent.py", "g"),
        ),
        dagFiles: new Map([
          ["a.py", dagFile("A", "vbi_dev")],
          ["gone.py", dagFile("g", "vbi_dev")],
          ["edited.py", dagFile("edited", "vbi_dev")],
          ["given.py", dagFile("taken over", "other_dev")],
        ]),
      },
      ["~ a.py", "+ b.py", "- gone.py", "- edited.py", "~ release", "~ manifest"],
      [],
    ],
  ];
  it.each(table)("%s", (_, version, there, steps, codes) => {
    const plan = planned(version, { dags: dags(there) }, "files");
    expect({ ...plan, steps: plan.steps.map(shortened) }).toEqual({ steps, codes });
  });
});

describe("a workflow zip", () => {
  const zip = (digest: string | null, isWhole = true): Partial<DagsThere> => ({
    hasFacts: true,
    zip: { digest, isWhole },
  });
  const table: [string, string, Partial<DagsThere>, string[], string[]][] = [
    ["is new", "1.0", {}, ["+ zip", "+ release"], []],
    ["is the same", "1.0", zip("workflows of this build"), ["= zip", "= release"], []],
    ["is restored", "1.0", zip("workflows of this build", false), ["! zip", "= release"], []],
    ["never changes", "1.0", zip("other"), ["x zip", "= release"], ["VERSION_TAKEN"]],
    ["that cannot be read is left alone", "1.0", zip(null, false), ["x zip", "= release"], ["VERSION_TAKEN"]],
    ["changes as dev", "dev", zip("other"), ["~ zip", "~ release"], []],
    [
      "is refused where the same DAGs are files",
      "1.0",
      { manifest: { digest: "workflows of this build", files: [] } },
      ["x manifest"],
      ["VERSION_TAKEN"],
    ],
    [
      "is refused where a DAG file has one's name",
      "1.0",
      { dagFiles: new Map([["a.py", dagFile("a", null)]]) },
      ["x a.py", "+ zip", "+ release"],
      ["DAG_TAKEN"],
    ],
    [
      "is refused where another release has such a DAG",
      "1.0",
      { claimed: new Map([["b.py", "other_1.0"]]) },
      ["x b.py", "+ zip", "+ release"],
      ["DAG_TAKEN"],
    ],
  ];
  it.each(table)("%s", (_, version, there, steps, codes) => {
    const plan = planned(version, { dags: dags(there) }, "zip");
    expect({ ...plan, steps: plan.steps.map(shortened) }).toEqual({ steps, codes });
  });
});

describe("the form of the DAG files", () => {
  it.each([
    ["files where nothing is there", {}, null, "files"],
    [
      "a zip where this version is there as one",
      { zip: { digest: "workflows of this build", isWhole: true } },
      null,
      "zip",
    ],
    ["what was asked for", {}, "zip", "zip"],
  ] as const)("is %s", (_, there, asked, expected) => {
    expect(planDeployment(wanted("1.0"), { code: [], dags: dags(there) }, asked).dagsAs).toBe(expected);
  });

  it("is none where no DAGs folder is given", () => {
    expect(planDeployment(wanted("1.0"), { code: [], dags: null }, null).dagsAs).toBeNull();
  });
});
