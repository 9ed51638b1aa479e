import { afterEach, describe, expect, it } from "@jest/globals";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { putInPlace, syncFolder, writeDurably, type StagedFile } from "../../src/disk/staged-files.js";
import { readTree, removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const staged = (folder: string, name: string, content: string): StagedFile => ({
  target: path.join(folder, name),
  write: (temporary) => writeDurably(temporary, content),
});
const failing = (folder: string, name: string): StagedFile => ({
  target: path.join(folder, name),
  write: async (temporary) => {
    await writeDurably(temporary, "half");
    throw new Error("disk full");
  },
});

describe("putInPlace", () => {
  it("writes new files and replaces old ones, makes parents, and touches nothing else", async () => {
    const folder = await tempFolder({ "a.py": "old", "user.py": "mine" });
    await putInPlace([staged(folder, "a.py", "new"), staged(folder, "deep/er/b.py", "b")]);
    expect(await readTree(folder)).toEqual({ "a.py": "new", "deep/er/b.py": "b", "user.py": "mine" });
  });

  it("lets everyone read what it wrote, whatever the umask", async () => {
    const folder = await tempFolder({});
    const umask = process.umask(0o077);
    try {
      await putInPlace([staged(folder, "a.py", "new")]);
    } finally {
      process.umask(umask);
    }
    expect((await stat(path.join(folder, "a.py"))).mode & 0o777).toBe(0o644);
  });

  it("changes nothing when a later file cannot be written, where the original leaves half a DAG", async () => {
    const folder = await tempFolder({ "a.py": "old", "b.py": "old" });
    const writing = putInPlace([staged(folder, "a.py", "new"), failing(folder, "b.py"), staged(folder, "c.py", "new")]);
    await expect(writing).rejects.toMatchObject({ code: "WRITE_FAILED", message: "cannot write: disk full" });
    expect(await readTree(folder)).toEqual({ "a.py": "old", "b.py": "old" });
  });

  it("leaves no folder behind when a file cannot be written, and takes none of another process away", async () => {
    const folder = await tempFolder({ "old/a.py": "old" });
    const meanwhile: StagedFile = {
      target: path.join(folder, "shared/b.py"),
      write: (temporary) => writeDurably(path.join(path.dirname(temporary), "theirs"), "theirs"),
    };
    const writing = putInPlace([
      staged(folder, "new/er/a.py", "new"),
      meanwhile,
      staged(folder, "old/new/a.py", "new"),
      failing(folder, "b.py"),
    ]);
    await expect(writing).rejects.toMatchObject({ code: "WRITE_FAILED" });
    expect(await readTree(folder)).toEqual({ "old/a.py": "old", "shared/theirs": "theirs" });
    expect((await readdir(folder)).sort()).toEqual(["old", "shared"]);
    expect(await readdir(path.join(folder, "old"))).toEqual(["a.py"]);
  });

  it("says so where nobody can make a folder: below /proc, Node's way of making several never comes back", async () => {
    const writing = putInPlace([staged("/proc/no", "where/a.py", "new")]);
    await expect(writing).rejects.toMatchObject({ code: "WRITE_FAILED" });
  });

  it("changes nothing when a target turns out to be a folder", async () => {
    const folder = await tempFolder({ "a.py": "old", "b.py/inside": "x" });
    await expect(putInPlace([staged(folder, "a.py", "new"), staged(folder, "b.py", "new")])).rejects.toMatchObject({
      code: "WRITE_FAILED",
    });
    expect(await readTree(folder)).toEqual({ "a.py": "old", "b.py/inside": "x" });
  });

  it("says so when a parent is a file", async () => {
    const folder = await tempFolder({ dags: "a file" });
    await expect(putInPlace([staged(folder, "dags/a.py", "new")])).rejects.toMatchObject({ code: "WRITE_FAILED" });
    expect(await readTree(folder)).toEqual({ dags: "a file" });
  });

  it("writes beside the target, hidden, with an ending that Airflow does not parse", async () => {
    const folder = await tempFolder();
    const names: string[] = [];
    const file: StagedFile = {
      target: path.join(folder, "a.py"),
      write: async (temporary) => {
        await writeDurably(temporary, "new");
        names.push(...(await readdir(folder)));
      },
    };
    await putInPlace([file]);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^\.a\.py\..*\.tmp$/);
    expect(await readdir(folder)).toEqual(["a.py"]);
  });

  it("two at once both end with a whole file", async () => {
    const folder = await tempFolder();
    const contents = ["1", "2", "3", "4"].map((digit) => digit.repeat(100_000));
    await Promise.all(contents.map((content) => putInPlace([staged(folder, "a.py", content)])));
    const { "a.py": content, ...rest } = await readTree(folder);
    expect(contents).toContain(content);
    expect(rest).toEqual({});
  });
});

it("a folder that cannot be opened is not synced, and what is in it is in place all the same", async () => {
  await expect(syncFolder(path.join(await tempFolder({}), "gone"))).resolves.toBeUndefined();
});
