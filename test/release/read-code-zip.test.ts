import { afterEach, describe, expect, it } from "@jest/globals";
import { appendFile, copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { readCodeZip } from "../../src/release/read-code-zip.js";
import { bytesOf } from "../helpers/entry-bytes.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { smallRelease, type SmallRelease } from "../helpers/small-release.js";

afterEach(removeFolders);

async function readWhole(file: string) {
  const { entries, ...facts } = await readCodeZip(file);
  const read: FileEntry[] = [];
  for await (const one of entries) read.push(one);
  return { ...facts, entries: read };
}

/** Changes the text of the release manifest. */
const inManifest =
  (from: string, to: string) =>
  async ({ manifest }: SmallRelease): Promise<void> => {
    const text = await readFile(manifest, "utf8");
    expect(text).toContain(from);
    await writeFile(manifest, text.replaceAll(from, to));
  };

describe("readCodeZip", () => {
  it("gives what was released", async () => {
    const asset = { path: "a/b.txt", content: Buffer.from("an asset"), executable: false };
    const { codeZip } = await smallRelease(await tempFolder(), { assets: [asset] });
    const { name, version, workflows, entries } = await readWhole(codeZip);
    expect([name, version, workflows.map(({ dagId }) => dagId)]).toEqual([
      "vbi",
      "1.4.0",
      ["l0_1.4.0", "quick.look_1.4.0"],
    ]);
    expect(entries.map(({ path: file, executable }) => [file, executable])).toEqual([
      ["vbi_1.4.0/assets/a/b.txt", false],
      ["vbi_1.4.0/notify-failure.js", false],
      ["vbi_1.4.0/package.json", false],
      ["vbi_1.4.0/sbom.cdx.json", false],
      ["vbi_1.4.0/tasks/Dark/run.js", false],
      ["vbi_1.4.0/tasks/Dark/task.cjs", false],
      ["vbi_1.4.0/tasks/Dark/tool", true],
      ["vbi_1.4.0/tasks/Transfer/run.js", false],
      ["vbi_1.4.0/tasks/Transfer/task.cjs", false],
      ["vbi_1.4.0/tasks/Transfer/tool", true],
      ["vbi_1.4.0/manifest.json", false],
    ]);
    expect(bytesOf(entries[0]).toString()).toBe("an asset");
  });

  it("needs no workflow zip", async () => {
    const { codeZip, workflowZip } = await smallRelease(await tempFolder());
    await writeFile(workflowZip, "");
    expect((await readCodeZip(codeZip)).name).toBe("vbi");
  });

  it.each([
    ["a zip with a byte more", ({ codeZip }: SmallRelease) => appendFile(codeZip, "x"), /no whole zip/],
    ["a task name that leads out", inManifest('"taskName": "Dark"', '"taskName": "../../x"'), /another form/],
    ["a name that leads out", inManifest('"vbi"', '"../vbi"'), /another form/],
    ["a release that lists no zip", inManifest('"kind": "code"', '"kind": "workflows"'), /must list one code zip/],
  ])("refuses %s", async (_, change, sentence) => {
    const release = await smallRelease(await tempFolder());
    await change(release);
    await expect(readCodeZip(release.codeZip)).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringMatching(sentence),
    });
  });

  it("gives nothing more of a zip that changes after it was verified", async () => {
    const { codeZip } = await smallRelease(await tempFolder());
    const other = await smallRelease(await tempFolder(), { build: "second" });
    const { entries } = await readCodeZip(codeZip);
    await copyFile(other.codeZip, codeZip);
    await expect(entries[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });

  it("refuses a zip beside the one that was released", async () => {
    const { folder, codeZip, manifest } = await smallRelease(await tempFolder());
    await copyFile(codeZip, path.join(folder, "copy_code.zip"));
    await copyFile(manifest, path.join(folder, "copy.json"));
    await expect(readCodeZip(path.join(folder, "copy_code.zip"))).rejects.toThrow(
      "lists another zip, vbi_1.4.0_code.zip",
    );
  });

  it.each([["client_1.zip"], ["nowhere_1_code.zip"]])("refuses %s", async (name) => {
    await expect(readCodeZip(path.join(await tempFolder(), name))).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });
});
