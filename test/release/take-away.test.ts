import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { takeAwayCode, takeAwayFiles } from "../../src/release/take-away.js";
import { readTree, removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const TRASH = ".dkist-core-trash";
const inTrash = (folder: string): string[] =>
  readdirSync(path.join(folder, TRASH)).filter((name) => name !== ".airflowignore");
const shown = async (folder: string): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await readTree(folder)).filter(([name]) => !name.startsWith(TRASH)));

describe("what was taken away", () => {
  it("is put back, and leaves nothing in the trash", async () => {
    const folder = await tempFolder({ "a.py": "a", "b.py": "b", "vbi_1/task.js": "code" });
    const before = await shown(folder);
    const files = takeAwayFiles(folder, "vbi_1", ["a.py", "b.py"]);
    const code = takeAwayCode(folder, "vbi_1");
    expect(await shown(folder)).toEqual({});
    code.restore();
    files.restore();
    expect(await shown(folder)).toEqual(before);
    expect(inTrash(folder)).toEqual([]);
  });

  it("is put back when a later file cannot be moved, and leaves nothing in the trash", async () => {
    const folder = await tempFolder({ "a.py": "a", "b.py": "b" });
    expect(() => takeAwayFiles(folder, "vbi_1", ["a.py", "b.py", "gone.py"])).toThrow(
      expect.objectContaining({ code: "WRITE_FAILED", message: expect.stringContaining("gone.py") }),
    );
    expect(await shown(folder)).toEqual({ "a.py": "a", "b.py": "b" });
    expect(inTrash(folder)).toEqual([]);
  });

  it("replaces nothing that a deploy has put there meanwhile", async () => {
    const folder = await tempFolder({ "a.py": "old", "b.py": "old", "vbi_1/task.js": "old" });
    const files = takeAwayFiles(folder, "vbi_1", ["a.py", "b.py"]);
    const code = takeAwayCode(folder, "vbi_1");
    writeFileSync(path.join(folder, "b.py"), "new");
    mkdirSync(path.join(folder, "vbi_1"));
    code.restore();
    files.restore();
    expect(await shown(folder)).toEqual({ "a.py": "old", "b.py": "new" });
    expect(inTrash(folder)).toHaveLength(2);
  });

  it("is put back as far as it can be, and the rest is named", async () => {
    const folder = await tempFolder({ "a.py": "a", "b.py": "b", "c.py": "c" });
    const { trash, restore } = takeAwayFiles(folder, "vbi_1", ["a.py", "b.py", "c.py"]);
    rmSync(path.join(trash, "b.py"));
    expect(restore).toThrow(
      expect.objectContaining({
        code: "WRITE_FAILED",
        message: expect.stringMatching(/^\S+\/b\.py cannot be put back from \S+\/b\.py: [^;]*ENOENT[^;]*$/),
      }),
    );
    expect(await shown(folder)).toEqual({ "a.py": "a", "c.py": "c" });
  });
});
