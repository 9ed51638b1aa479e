import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { sha256 } from "../../src/artifact/digest.js";
import { readSourceState, type SourceReading } from "../../src/artifact/source-state.js";
import { removeFolders, tempFolder, writeTree, type Tree } from "../helpers/folders.js";
import { commitAll, git } from "../helpers/git.js";

afterEach(removeFolders);

const GENERATED = ["artifacts", "dags"];
const FILES: Tree = { "src/a.ts": "a", ".gitignore": "dist/\n", "package-lock.json": "{}" };

/** A client repo as it was committed. */
async function committed(tree: Tree = FILES, ...below: string[]): Promise<string> {
  const folder = await tempFolder(tree, ...below);
  commitAll(folder);
  return folder;
}

const read = (root: string): Promise<SourceReading> => readSourceState(root, GENERATED);

describe("readSourceState", () => {
  it("gives the commit and the lock file's digest, and finds nothing changed in a fresh clone", async () => {
    const root = await committed();
    expect(await read(root)).toEqual({
      state: { gitCommit: git(root, "rev-parse", "HEAD").trim(), gitDirty: false, lockfileSha256: sha256("{}") },
      changed: [],
      noCommit: null,
    });
  });

  const changes: [string, (root: string) => Promise<unknown>, string[]][] = [
    ["a changed file", (root) => writeFile(path.join(root, "src/a.ts"), "b"), ["src/a.ts"]],
    ["a removed file", (root) => rm(path.join(root, "src/a.ts")), ["src/a.ts"]],
    ["a new file", (root) => writeTree(root, { "src/b.ts": "" }), ["src/b.ts"]],
    ["a new folder", (root) => writeTree(root, { "new/b/c.ts": "" }), ["new"]],
    ["a file with an odd name", (root) => writeTree(root, { 'a "b"\n\u00e9': "" }), ['a "b"\n\u00e9']],
    [
      "a staged rename, by both names",
      (root) => Promise.resolve(git(root, "mv", "src/a.ts", "src/z.ts")),
      ["src/a.ts", "src/z.ts"],
    ],
    ["what git ignores, not at all", (root) => writeTree(root, { "dist/a.js": "" }), []],
    ["what our commands write, not at all", (root) => writeTree(root, { "artifacts/a.zip": "", "dags/b.py": "" }), []],
    [
      "a folder of such a name further down",
      (root) => writeTree(root, { "src/artifacts/a.ts": "" }),
      ["src/artifacts"],
    ],
  ];
  it.each(changes)("finds %s", async (_, change, expected) => {
    const root = await committed();
    await change(root);
    const { state, changed } = await read(root);
    expect([...changed].sort()).toEqual(expected);
    expect(state.gitDirty).toBe(expected.length > 0);
  });

  it("finds new files whatever the user's git config says, and leaves git's index as it is", async () => {
    const root = await committed();
    git(root, "config", "status.showUntrackedFiles", "no");
    await writeTree(root, { "b.ts": "" });
    const index = sha256(git(root, "ls-files", "--debug"));
    expect((await read(root)).changed).toEqual(["b.ts"]);
    expect(sha256(git(root, "ls-files", "--debug"))).toBe(index);
  });

  it("looks at the client repo alone, and for the lock file as far up as its git repository goes", async () => {
    const top = await committed({ "package-lock.json": "[]", "pipelines/vbi/a.ts": "a", "other/b.ts": "b" });
    await writeFile(path.join(top, "other/b.ts"), "changed");
    const { state, changed } = await read(path.join(top, "pipelines/vbi"));
    expect([state.gitDirty, changed, state.lockfileSha256]).toEqual([false, [], sha256("[]")]);
    await writeFile(path.join(top, "pipelines/vbi/a.ts"), "changed");
    expect((await read(path.join(top, "pipelines/vbi"))).changed).toEqual(["a.ts"]);
  });

  it("counts what lies beside the code where the whole client repo is what our commands write to", async () => {
    const root = await committed();
    await writeTree(root, { "new.ts": "" });
    expect((await readSourceState(root, [".", root, path.dirname(root)])).changed).toEqual(["new.ts"]);
  });

  const without: [string, () => Promise<string>, RegExp][] = [
    ["outside git", () => tempFolder(FILES), /^no git repository$/],
    [
      "before the first commit",
      async () => {
        const root = await tempFolder(FILES);
        git(root, "init", "--quiet");
        return root;
      },
      /^a git repository without a commit$/,
    ],
    [
      "in a folder that its repository ignores",
      async () => {
        const root = path.join(await committed(), "dist/client");
        await mkdir(root, { recursive: true });
        return root;
      },
      /ignores$/,
    ],
  ];
  it.each(without)("has no commit %s, and says why", async (_, make, reason) => {
    const { state, changed, noCommit } = await read(await make());
    expect([state.gitCommit, state.gitDirty, changed]).toEqual([null, null, []]);
    expect(noCommit).toMatch(reason);
  });
});
