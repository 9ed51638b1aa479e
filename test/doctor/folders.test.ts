import { afterEach, describe, expect, it } from "@jest/globals";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { readCodeMount } from "../../src/doctor/read-code-mount.js";
import { tryFolder } from "../../src/doctor/try-folder.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

describe("readCodeMount", () => {
  it.each([
    [undefined, { kind: "not set" }],
    ["", { kind: "not set" }],
    ["code", { kind: "relative", folder: "code" }],
    ["/no/such/folder", { kind: "missing", folder: "/no/such/folder" }],
    [process.execPath, { kind: "no folder", folder: process.execPath }],
    [`${process.execPath}/below`, { kind: "unreadable", reason: expect.stringContaining("ENOTDIR") }],
  ])("of %s", async (folder, expected) => {
    expect(await readCodeMount(folder)).toMatchObject(expected);
  });

  it("tells releases from what is not whole and from what is something else", async () => {
    const folder = await tempFolder({
      "vbi_1.0.0/manifest.json": "{}",
      "vbi_1.0.0/notify-failure.js": "",
      "vbi_1.0.0/tasks/Dark/run.js": "",
      "aia_2/manifest.json": "{}",
      "aia_2/notify-failure.js": "",
      "aia_2/tasks/Dark/run.js": "",
      "vbi_1.1.0/tasks/Dark/run.js": "",
      ".vbi_1.2.0.tmp/manifest.json": "{}",
      "lost+found/x": "",
      "notes.txt": "",
    });
    expect(await readCodeMount(folder)).toEqual({
      kind: "folder",
      folder,
      writable: true,
      releases: ["aia_2", "vbi_1.0.0"],
      incomplete: [{ name: "vbi_1.1.0", lacks: ["manifest.json", "notify-failure.js"] }],
    });
  });
});

describe("tryFolder", () => {
  it("leaves nothing behind, and says how much room there is", async () => {
    const folder = await tempFolder();
    const facts = await tryFolder(folder);
    expect(facts).toEqual({ folder, refusal: undefined, freeBytes: expect.any(Number) });
    expect(facts.freeBytes).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says why it cannot write", async () => {
    const folder = path.join(await tempFolder(), "missing");
    expect(await tryFolder(folder)).toMatchObject({ refusal: expect.stringContaining("ENOENT"), freeBytes: undefined });
  });
});
