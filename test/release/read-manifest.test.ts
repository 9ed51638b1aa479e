/** A manifest may come from anywhere: what is taken of it, and what is refused, and where. */
import { describe, expect, it } from "@jest/globals";
import { digestOf } from "../../src/model/digest.js";
import { readArtifactManifest, readDescriptionText, readReleaseManifest } from "../../src/release/read-manifest.js";
import { AFTER } from "../helpers/release-pair.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const DIGEST = "0123456789abcdef".repeat(4);
const FILES = [
  { path: "vbi_1.4.0/tasks/Dark/run.js", bytes: 3, mode: "644", sha256: DIGEST },
  { path: "vbi_1.4.0/tasks/Dark/bin/tool", bytes: 0, mode: "755", sha256: DIGEST },
] as const;
/** A release manifest also says which Node it was built with, which nobody reads. */
const description = Object.fromEntries(Object.entries(AFTER).filter(([name]) => name !== "node"));
const RELEASE = {
  ...description,
  artifacts: [
    { kind: "code", path: "vbi_1.4.0_code.zip", sha256: DIGEST, bytes: 7 },
    { kind: "workflows", path: "vbi_1.4.0_workflows.zip", sha256: DIGEST, bytes: 7 },
  ],
  report: { path: "vbi_1.4.0.html", sha256: DIGEST, bytes: 7 },
} as unknown as Json;
const ARTIFACT = {
  ...without(without(RELEASE, "artifacts"), "report"),
  kind: "code",
  files: FILES,
  digest: digestOf(FILES),
} as unknown as Json;

/** An object without one of its members. */
function without(value: Json, member: string): Record<string, Json> {
  return Object.fromEntries(Object.entries(value as Record<string, Json>).filter(([name]) => name !== member));
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** All places of a document, e.g. `workflows.0.nodes.1.taskName`; of a list's items the last alone. */
function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const inner = Array.isArray(value)
    ? value.slice(-1).map((item: Json) => [String(value.length - 1), item] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  return [...(path.length === 0 ? [] : [path]), ...inner.flatMap(([name, item]) => placesIn(item, [...path, name]))];
}

/** The document with another value at a place, or without it. */
function changed(value: Json, [name = "", ...rest]: readonly string[], to: Json | undefined): Json {
  const inner = Array.isArray(value) ? (value as Json[])[Number(name)] : (value as Record<string, Json>)[name];
  const other = rest.length === 0 ? to : changed(inner ?? null, rest, to);
  if (Array.isArray(value))
    return value.flatMap((item: Json, index) =>
      String(index) === name ? (other === undefined ? [] : [other]) : [item],
    );
  return other === undefined ? without(value, name) : { ...(value as Record<string, Json>), [name]: other };
}

function valueAt(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((inner, name) => (inner as Record<string, Json>)[name] ?? null, value);
}

const READERS = [
  ["a release manifest", readReleaseManifest, RELEASE],
  ["a zip's manifest", readArtifactManifest, ARTIFACT],
  ["what any manifest says", readDescriptionText, RELEASE],
] as const;
const refusals = (read: (typeof READERS)[number][1], document: Json): string[] =>
  read(JSON.stringify(document), "m.json").findings.map(({ message }) => message);

describe.each(READERS.slice(0, 2))("%s", (_, read, document) => {
  it("is read as it is, but for what this version does not know", () => {
    expect(read(JSON.stringify({ ...(document as object), later: 1 }), "m.json")).toEqual({
      value: document,
      findings: [],
    });
  });

  const fields = placesIn(document).filter((path) => path.at(-2) !== "nodeOptions" && !/^\d+$/.test(path.at(-1) ?? ""));
  it("has each of its fields", () => {
    expect(fields.length).toBeGreaterThan(55);
    for (const path of fields) {
      const [message = "", ...others] = refusals(read, changed(document, path, undefined));
      expect([message, others]).toEqual([
        expect.stringContaining(`the manifest has another form than this version reads: ${path.join(".")}: `),
        [],
      ]);
    }
  });

  it.each<[string, Json]>([
    ["a truth", true],
    ["a list of numbers", [7]],
    ["an object", {}],
  ])("has no field that is %s instead", (_, wrong) => {
    for (const path of placesIn(document)) {
      const right = valueAt(document, path);
      if (typeof right === typeof wrong && (Array.isArray(right) === Array.isArray(wrong) || wrong === true)) continue;
      const found = refusals(read, changed(document, path, wrong));
      expect([path, found.length > 0]).toEqual([path, true]);
    }
  });

  const NULLABLE =
    /^(?:gitCommit|gitDirty|lockfileSha256|dagOptions\.maxActiveRuns|.*\.(?:workflowVersion|workflowPackage|executionTimeoutSeconds|pool|priorityWeight|native|libc|license))$/;
  it("says that there is none only where there may be none", () => {
    for (const path of placesIn(document)) {
      const isRefused = refusals(read, changed(document, path, null)).length > 0;
      expect([path.join("."), isRefused]).toEqual([path.join("."), !NULLABLE.test(path.join("."))]);
    }
  });

  it.each<[string, Json]>([
    ["formatVersion", 2],
    ["name", "../vbi"],
    ["name", "a".repeat(101)],
    ["version", "latest"],
    ["version", "1/2"],
    ["gitCommit", "9e8d7c6"],
    ["gitCommit", "g".repeat(40)],
    ["gitCommit", "a".repeat(65)],
    ["gitCommit", ` ${"a".repeat(40)}`],
    ["lockfileSha256", `${DIGEST}0`],
    ["lockfileSha256", `x${DIGEST}`],
    ["lockfileSha256", DIGEST.toUpperCase()],
    ["dagTemplatesSha256", DIGEST.slice(1)],
    ["dagOptions.maxActiveRuns", 1.5],
    ["workflows.0.dagId", "a b"],
    ["workflows.0.workflowName", "a".repeat(251)],
    ["workflows.0.nodes.1.taskName", "../Dark"],
    ["workflows.0.nodes.1.retries", -1],
    ["workflows.0.nodes.1.retryDelaySeconds", -1],
    ["workflows.0.nodes.1.executionTimeoutSeconds", -0.1],
    ["workflows.0.nodes.1.triggerRule", "sometimes"],
    ["bundles.0.isolation", "container"],
    ["bundles.0.taskName", "a/b"],
    ["bundles.5.native.libc", "uclibc"],
    ["assets.0.path", "/etc/passwd"],
    ["assets.0.path", "a/../b"],
    ["assets.0.mode", "4755"],
    ["assets.0.bytes", -1],
  ])("has no %s %j", (place, wrong) => {
    const [message] = refusals(read, changed(document, place.split("."), wrong));
    expect(message).toContain(`: ${place}: `);
  });

  it.each<[string, Json]>([
    ["name", "a".repeat(100)],
    ["gitCommit", "a".repeat(64)],
    ["workflows.0.nodes.1.retryDelaySeconds", 0],
    ["workflows.0.nodes.1.priorityWeight", -7.5],
    ["workflows.0.dagId", "a".repeat(250)],
    ["bundles.5.native.libc", "musl"],
    ["assets.0.bytes", 0],
  ])("may have a %s %j", (place, right) => {
    expect(refusals(read, changed(document, place.split("."), right))).toEqual([]);
  });
});

describe("a release manifest", () => {
  it.each<[string, Json]>([
    ["artifacts.0.kind", "images"],
    ["artifacts.0.path", "../code.zip"],
    ["artifacts.0.sha256", DIGEST.slice(1)],
    ["report.path", "a/b.html"],
    ["report.path", "a".repeat(256)],
    ["report.bytes", 0.5],
  ])("has no %s %j", (place, wrong) => {
    expect(refusals(readReleaseManifest, changed(RELEASE, place.split("."), wrong))[0]).toContain(`: ${place}: `);
  });

  it("may name a file of 255 characters", () => {
    expect(refusals(readReleaseManifest, changed(RELEASE, ["report", "path"], "a".repeat(255)))).toEqual([]);
  });
});

describe("a zip's manifest", () => {
  it.each<[string, Json]>([
    ["kind", "images"],
    ["files.0.path", "../run.js"],
    ["files.0.mode", "777"],
  ])("has no %s %j", (place, wrong) => {
    expect(refusals(readArtifactManifest, changed(ARTIFACT, place.split("."), wrong))[0]).toContain(`: ${place}: `);
  });

  it("is one of either zip", () => {
    expect(refusals(readArtifactManifest, changed(ARTIFACT, ["kind"], "workflows"))).toEqual([]);
  });

  it("has the digest of its files", () => {
    expect(readArtifactManifest(JSON.stringify(changed(ARTIFACT, ["digest"], DIGEST)), "m.json")).toEqual({
      value: null,
      findings: [
        expect.objectContaining({
          code: "BAD_MANIFEST",
          location: { file: "m.json" },
          message: "the manifest's own digest is wrong",
        }),
      ],
    });
  });
});

describe.each(READERS.map(([what, read]) => [what, read] as const))("%s", (_, read) => {
  it("is JSON", () => {
    expect(read("{", "m.json")).toEqual({
      value: null,
      findings: [
        expect.objectContaining({
          severity: "error",
          code: "BAD_MANIFEST",
          location: { file: "m.json" },
          message: "the manifest is not JSON",
        }),
      ],
    });
  });

  it("is an object, and of a version that is known", () => {
    const [finding] = read("[]", "m.json").findings;
    expect(finding).toMatchObject({
      code: "BAD_MANIFEST",
      message: expect.stringMatching(/^the manifest has another form than this version reads: Invalid input/),
      hint: "use the version of dkist-core that built the release",
    });
  });
});
