import { afterEach, describe, expect, it } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { manifestFile, sha256 } from "../../src/model/digest.js";
import { planArtifacts, summarizeBundle } from "../../src/artifact/plan.js";
import { writeRelease } from "../../src/artifact/write.js";
import { checkZip } from "../../src/artifact/zip.js";
import type {
  Artifact,
  ArtifactManifest,
  ReleaseFacts,
  ReleaseManifest,
  WrittenArtifact,
} from "../../src/model/artifact.js";
import type { TaskBundle } from "../../src/model/task-bundle.js";
import { bytesOf } from "../helpers/entry-bytes.js";
import { releaseFacts } from "../helpers/report-input.js";
import { readTree, removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const bundle = (taskName: string, content = "x"): TaskBundle => ({
  taskName,
  isolation: "bundle",
  reasons: [],
  packages: [],
  native: null,
  files: [
    { path: "run.js", content: Buffer.from("run"), executable: false },
    { path: "task.cjs", content: Buffer.from(content), executable: false },
  ],
  own: [manifestFile({ path: "dist/task.js", content: Buffer.from(content), executable: false })],
});
const plan = (version: string, content?: string): Artifact[] =>
  planArtifacts({
    description: releaseFacts([], { version }),
    dags: [{ path: `w_${version.replaceAll(".", "_")}.py`, content: "dag" }],
    bundles: [bundle("B", content), bundle("A")],
    assets: [{ path: "assets/run", content: Buffer.from("#!"), executable: true }],
    notifier: Buffer.from("notify"),
    sbom: "{}\n",
    date: null,
  });
const describeAs =
  (version: string) =>
  (artifacts: readonly WrittenArtifact[]): ReleaseFacts =>
    releaseFacts([], { version, artifacts });
const page = ({ artifacts }: ReleaseFacts): string => `page of ${artifacts.map(({ sha256 }) => sha256).join(" ")}`;
const write = (folder: string, version = "1.4.0", content?: string, force = false): Promise<ReleaseManifest> =>
  writeRelease(folder, plan(version, content), { describe: describeAs(version), page }, force);

describe("planArtifacts", () => {
  it("lays both zips out as the workers and Airflow expect them, sorted by code unit", () => {
    expect(
      plan("1.4.0").map(({ kind, fileName, entries }) => [kind, fileName, entries.map((entry) => entry.path)]),
    ).toEqual([
      [
        "code",
        "vbi_1.4.0_code.zip",
        [
          "vbi_1.4.0/assets/assets/run",
          "vbi_1.4.0/manifest.json",
          "vbi_1.4.0/notify-failure.js",
          "vbi_1.4.0/package.json",
          "vbi_1.4.0/sbom.cdx.json",
          "vbi_1.4.0/tasks/A/run.js",
          "vbi_1.4.0/tasks/A/task.cjs",
          "vbi_1.4.0/tasks/B/run.js",
          "vbi_1.4.0/tasks/B/task.cjs",
        ],
      ],
      ["workflows", "vbi_1.4.0_workflows.zip", ["vbi_1.4.0.manifest.json", "w_1_4_0.py"]],
    ]);
  });

  it("lists every other file in the manifest, with size, mode and digest", () => {
    const entry = plan("1.4.0")[0]?.entries.find(({ path: name }) => name.endsWith("manifest.json"));
    const manifest = JSON.parse(bytesOf(entry).toString()) as ArtifactManifest;
    expect(manifest).toMatchObject({ formatVersion: 1, kind: "code", name: "vbi", version: "1.4.0" });
    expect(manifest.files).toHaveLength(8);
    expect(manifest.files[0]).toEqual({ path: "assets/assets/run", bytes: 2, mode: "755", sha256: sha256("#!") });
  });

  it("says nothing that depends on the order it was given", () => {
    const description = releaseFacts([]);
    const content = { description, dags: [], assets: [], notifier: Buffer.from("n"), sbom: "", date: null };
    const [one, two] = [
      [bundle("A"), bundle("B")],
      [bundle("B"), bundle("A")],
    ].map((bundles) => planArtifacts({ ...content, bundles }));
    expect(one).toEqual(two);
  });

  it("sums a bundle up", () => {
    expect(summarizeBundle(bundle("A"))).toMatchObject({
      taskName: "A",
      bytes: 4,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(summarizeBundle(bundle("A")).digest).not.toBe(summarizeBundle(bundle("A", "y")).digest);
  });
});

describe("writeRelease", () => {
  it("writes both zips and the manifest, with the digests of the files themselves", async () => {
    const folder = path.join(await tempFolder(), "made/artifacts");
    const { artifacts, report } = await write(folder);
    expect(Object.keys(await readTree(folder))).toEqual([
      "vbi_1.4.0.html",
      "vbi_1.4.0.json",
      "vbi_1.4.0_code.zip",
      "vbi_1.4.0_workflows.zip",
    ]);
    expect(artifacts.map(({ kind }) => kind)).toEqual(["code", "workflows"]);
    for (const [index, artifact] of artifacts.entries()) {
      const content = await readFile(path.join(folder, artifact.path));
      expect(artifact).toMatchObject({ sha256: sha256(content), bytes: content.byteLength });
      await checkZip(path.join(folder, artifact.path), plan("1.4.0")[index]?.entries ?? []);
    }
    const shown = await readFile(path.join(folder, "vbi_1.4.0.html"));
    expect(shown.toString()).toBe(page(describeAs("1.4.0")(artifacts)));
    expect(report).toEqual({ path: "vbi_1.4.0.html", sha256: sha256(shown), bytes: shown.byteLength });
    expect(JSON.parse(await readFile(path.join(folder, "vbi_1.4.0.json"), "utf8"))).toEqual({
      ...describeAs("1.4.0")(artifacts),
      report,
    });
  });

  it("writes the same release again, byte for byte", async () => {
    const folder = await tempFolder();
    await write(folder);
    const before = await readTree(folder);
    await write(folder);
    expect(await readTree(folder)).toEqual(before);
  });

  it.each([
    { label: "refuses other content under a released version", version: "1.4.0", force: false, refused: true },
    { label: "replaces it when forced", version: "1.4.0", force: true, refused: false },
    { label: "replaces dev, which is never a release", version: "dev", force: false, refused: false },
  ])("$label", async ({ version, force, refused }) => {
    const folder = await tempFolder();
    await write(folder, version);
    const before = await readTree(folder);
    const again = write(folder, version, "other", force);
    if (refused) {
      await expect(again).rejects.toMatchObject({ code: "RELEASE_EXISTS", location: { file: "vbi_1.4.0.json" } });
      expect(await readTree(folder)).toEqual(before);
    } else {
      await again;
      expect(await readTree(folder)).not.toEqual(before);
    }
  });

  it.each(["", "{", "null", "[]", '{"artifacts":7}', '{"artifacts":[null]}'])(
    "does not guess what was released under a manifest that is damaged: %p",
    async (text) => {
      const folder = await tempFolder();
      await writeFile(path.join(folder, "vbi_1.4.0.json"), text);
      await expect(write(folder)).rejects.toMatchObject({
        code: "RELEASE_EXISTS",
        message: "version 1.4.0 was built before, and its release manifest cannot be read any more",
      });
      expect(await readTree(folder)).toEqual({ "vbi_1.4.0.json": text });
      await write(folder, "1.4.0", undefined, true);
      expect(JSON.parse(await readFile(path.join(folder, "vbi_1.4.0.json"), "utf8"))).toMatchObject({
        version: "1.4.0",
      });
    },
  );

  it("heals a mix: zips without their manifest", async () => {
    const folder = await tempFolder({ "vbi_1.4.0_code.zip": "half" });
    await write(folder);
    expect((await readTree(folder))["vbi_1.4.0_code.zip"]).not.toBe("half");
  });
});
