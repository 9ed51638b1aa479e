import { afterEach, describe, expect, it } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { digestOf, manifestFile, sha256 } from "../../src/artifact/digest.js";
import { withCodeZip } from "../../src/artifact/read-code-zip.js";
import { writeZip } from "../../src/artifact/zip.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { node, workflow } from "../helpers/airflow-workflows.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const FOLDER = "client_1";
const WORKFLOWS = [{ ...workflow("flow", [node("A")]), dagId: "flow_1" }];

function entry(name: string, text: string): FileEntry {
  return { path: name, content: Buffer.from(text), executable: false };
}

/** A release with these files below its folder; `spoil` changes the zip's bytes before it is released. */
async function release(
  files: readonly FileEntry[],
  {
    spoil = (bytes: Buffer) => bytes,
    listed = files,
    manifest = {},
    releaseManifest = {},
    extra = [] as FileEntry[],
  } = {},
): Promise<string> {
  const folder = await tempFolder();
  const file = path.join(folder, "client_1_code.zip");
  const list = listed.map(manifestFile);
  const about = { formatVersion: 1, kind: "code", name: "client", version: "1", digest: digestOf(list), files: list };
  const entries = [...files.map((one) => ({ ...one, path: `${FOLDER}/${one.path}` })), ...extra];
  await writeZip(file, [...entries, entry(`${FOLDER}/manifest.json`, JSON.stringify({ ...about, ...manifest }))]);
  const bytes = spoil(await readFile(file));
  await writeFile(file, bytes);
  const artifacts = [{ kind: "code", path: "client_1_code.zip", sha256: sha256(bytes), bytes: bytes.byteLength }];
  await writeFile(
    path.join(folder, "client_1.json"),
    JSON.stringify({
      formatVersion: 1,
      name: "client",
      version: "1",
      artifacts,
      workflows: WORKFLOWS,
      ...releaseManifest,
    }),
  );
  return file;
}

/** Another name of the same length, everywhere in the zip. */
function renamed(from: string, to: string): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
}

const FILES = [entry("tasks/A/run.js", "console.log(1)"), { ...entry("tasks/A/tool", "#!/bin/sh"), executable: true }];

function readWhole(file: string) {
  return withCodeZip(file, async ({ entries, ...facts }) => {
    const read: FileEntry[] = [];
    for await (const one of entries) read.push(one);
    return { ...facts, entries: read };
  });
}

describe("withCodeZip", () => {
  it("gives what was released", async () => {
    const { name, version, workflows, entries } = await readWhole(await release(FILES));
    expect([name, version, workflows]).toEqual(["client", "1", WORKFLOWS]);
    expect(entries.map(({ path: file, executable }) => [file, executable])).toEqual([
      [`${FOLDER}/tasks/A/run.js`, false],
      [`${FOLDER}/tasks/A/tool`, true],
      [`${FOLDER}/manifest.json`, false],
    ]);
    expect(Buffer.from(entries[0]?.content ?? []).toString()).toBe("console.log(1)");
  });

  const hostile: [string, Parameters<typeof release>[1], RegExp][] = [
    [
      "a file that leads out",
      { extra: [entry(`${FOLDER}/aa/x`, "")], spoil: renamed(`${FOLDER}/aa/x`, `${FOLDER}/../x`) },
      /relative path|no path below/,
    ],
    [
      "an absolute path",
      { extra: [entry("aclient_1/x", "")], spoil: renamed("aclient_1/x", "/client_1/x") },
      /absolute path|no path below/,
    ],
    ["a file beside the release's folder", { extra: [entry("other/x", "")] }, /no path below client_1/],
    [
      "a backslash in a name",
      { extra: [entry(`${FOLDER}/a!b`, "")], spoil: renamed(`${FOLDER}/a!b`, `${FOLDER}/a\\b`) },
      /invalid characters|no path below/,
    ],
    ["a file that no manifest lists", { extra: [entry(`${FOLDER}/x`, "")] }, /does not list/],
    ["a listed file that is missing", { listed: [...FILES, entry("gone", "")] }, /does not hold client_1\/gone/],
    [
      "another content of the same size",
      { listed: [entry("tasks/A/run.js", "console.log(2)"), FILES[1] ?? entry("", "")] },
      /another digest/,
    ],
    ["a manifest with a wrong digest", { manifest: { digest: "0".repeat(64) } }, /digest is wrong/],
    ["a manifest of another form", { manifest: { formatVersion: 2 } }, /another form/],
    ["a zip that is none", { spoil: () => Buffer.from("no zip") }, /cannot be read/],
    ["another zip than the released one", { releaseManifest: { artifacts: [] } }, /not the one/],
    [
      "a task name that leads out",
      { releaseManifest: { workflows: [{ ...WORKFLOWS[0], nodes: [node("../../x")] }] } },
      /another form/,
    ],
    ["a name that leads out", { releaseManifest: { name: "../x" } }, /another form/],
  ];
  it.each(hostile)("refuses %s", async (_, options, sentence) => {
    const file = await release(FILES, options);
    await expect(readWhole(file)).rejects.toMatchObject({
      code: "BAD_ARTIFACT",
      message: expect.stringMatching(sentence),
    });
  });

  it("refuses a link", async () => {
    // The Unix mode of the first entry, in the high half of its external attributes in the central directory.
    const asLink = (bytes: Buffer): Buffer => {
      const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
      bytes.writeUInt16LE(0o120777, central + 40);
      return bytes;
    };
    await expect(readWhole(await release(FILES, { spoil: asLink }))).rejects.toThrow("which is no file");
  });

  it.each([["client_1.zip"], ["nowhere_1_code.zip"]])("refuses %s", async (name) => {
    await expect(readWhole(path.join(await tempFolder(), name))).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });
});
