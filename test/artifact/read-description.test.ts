import { afterEach, describe, expect, it } from "@jest/globals";
import path from "node:path";
import { planArtifacts } from "../../src/artifact/plan.js";
import { readDescription } from "../../src/artifact/read-description.js";
import { writeRelease } from "../../src/artifact/write.js";
import { writeZip } from "../../src/artifact/zip.js";
import type { ReleaseFacts } from "../../src/model/artifact.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { unpack } from "../helpers/packed-zip.js";
import { AFTER } from "../helpers/release-pair.js";

afterEach(removeFolders);

const entry = (name: string, text: string): FileEntry => ({
  path: name,
  content: Buffer.from(text),
  executable: false,
});

/** A folder with a whole release in it. */
async function released(): Promise<string> {
  const folder = await tempFolder();
  const artifacts = planArtifacts({
    description: description(AFTER),
    dags: [{ path: "w.py", content: "dag" }],
    bundles: [],
    assets: [entry("manifest.json", "{}")],
    notifier: Buffer.from("notify"),
    sbom: "{}",
    date: null,
  });
  await writeRelease(folder, artifacts, { describe: () => AFTER, page: () => "page" }, false);
  return folder;
}

/** Without what only a release manifest has. */
function description({ formatVersion, node, artifacts, ...rest }: ReleaseFacts) {
  expect([formatVersion, typeof node, typeof artifacts]).toEqual([1, "object", "object"]);
  return rest;
}

describe("readDescription", () => {
  it.each(["vbi_1.4.0.json", "vbi_1.4.0_code.zip", "vbi_1.4.0_workflows.zip"])(
    "gives all that is compared, of %s alone",
    async (name) => {
      const folder = await released();
      expect(await readDescription(path.join(folder, name))).toMatchObject(description(AFTER));
    },
  );

  it("gives it of the folder that a code zip was unpacked to, and of the manifest beside DAG files", async () => {
    const [folder, mount, dags] = [await released(), await tempFolder(), await tempFolder()];
    await unpack(path.join(folder, "vbi_1.4.0_code.zip"), mount);
    await unpack(path.join(folder, "vbi_1.4.0_workflows.zip"), dags);
    expect(await readDescription(path.join(mount, "vbi_1.4.0"))).toMatchObject(description(AFTER));
    expect(await readDescription(path.join(dags, "vbi_1.4.0.manifest.json"))).toMatchObject(description(AFTER));
  });

  it.each([
    ["an empty folder", {}],
    ["a client repo", { "package.json": '{"name": "client"}' }],
    ["a client repo with a manifest.json of another kind", { "manifest.json": '{"name": "a web app"}' }],
  ])("takes %s for no release", async (_, tree) => {
    expect(await readDescription(await tempFolder(tree))).toBeNull();
  });

  const wrong: [string, string, (file: string) => Promise<unknown>, string][] = [
    ["no JSON", "a.json", () => Promise.resolve(), "holds no JSON"],
    ["a zip that is none", "a.zip", () => Promise.resolve(), "cannot be read"],
    ["a zip of something else", "b.zip", (file) => writeZip(file, [entry("x/y", "")]), "holds no manifest"],
    [
      "a zip with two manifests",
      "c.zip",
      (file) => writeZip(file, [entry("x/manifest.json", "{}"), entry("y/manifest.json", "{}")]),
      "more than one manifest",
    ],
    [
      "a zip with a manifest of another form",
      "d.zip",
      (file) => writeZip(file, [entry("x/manifest.json", '{"formatVersion": 2}')]),
      "another form",
    ],
  ];
  it.each(wrong)("refuses %s", async (_, name, write, sentence) => {
    const file = path.join(await tempFolder({ "a.json": "no json", "a.zip": "no zip" }), name);
    await write(file);
    await expect(readDescription(file)).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringContaining(sentence),
      location: { file },
    });
  });

  it.each([
    ["names the first thing that is wrong", { workflows: [{ nodes: [] }] }, /\(workflows\.0\./],
    ["a Task whose name leads out of its folder", { bundles: [{ taskName: "../x" }] }, /another form/],
    ["a commit that is none", { gitCommit: "<b>" }, /\(gitCommit: /],
  ])("refuses a manifest of another form: %s", async (_, changed, sentence) => {
    const folder = await tempFolder({ "r.json": JSON.stringify({ ...AFTER, ...changed }) });
    await expect(readDescription(path.join(folder, "r.json"))).rejects.toThrow(sentence);
  });

  it("says when there is nothing", async () => {
    await expect(readDescription("/nowhere/vbi.json")).rejects.toMatchObject({ code: "BAD_USAGE" });
  });
});
