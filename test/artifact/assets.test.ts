import { afterEach, describe, expect, it } from "@jest/globals";
import { collectAssets } from "../../src/artifact/assets.js";
import { removeFolders, tempFolder, type Tree } from "../helpers/folders.js";

afterEach(removeFolders);

const TREE: Tree = {
  "assets/b.txt": "B",
  "assets/a.bin": "A",
  "assets/deep/.hidden": "H",
  "assets/run": "#!/bin/sh",
  "assets/alias": { link: "a.bin" },
};

describe("collectAssets", () => {
  it("collects files by their path in the client repo, sorted, hidden ones and programs too", async () => {
    const root = await tempFolder(TREE);
    const assets = await collectAssets(root, ["assets/**"]);
    expect(assets.map(({ path, content, executable }) => [path, Buffer.from(content).toString(), executable])).toEqual([
      ["assets/a.bin", "A", false],
      ["assets/alias", "A", false],
      ["assets/b.txt", "B", false],
      ["assets/deep/.hidden", "H", false],
      ["assets/run", "#!/bin/sh", true],
    ]);
  });

  it("counts a file once that two globs match, and leaves out what ! says", async () => {
    const root = await tempFolder(TREE);
    const assets = await collectAssets(root, ["assets/*.txt", "assets/**", "!**/alias", "!assets/deep/**"]);
    expect(assets.map(({ path }) => path)).toEqual(["assets/a.bin", "assets/b.txt", "assets/run"]);
  });

  it("collects nothing where nothing is asked for", async () => {
    expect(await collectAssets(await tempFolder(TREE), [])).toEqual([]);
  });

  it.each<{ label: string; tree?: Tree; globs: string[]; says: string }>([
    { label: "a glob that matches nothing", globs: ["gone/**"], says: 'the asset glob "gone/**" matches no file' },
    { label: "a folder, not its files", globs: ["assets/deep"], says: "matches no file" },
    { label: "one good and one missing glob", globs: ["assets/**", "gone.txt"], says: '"gone.txt"' },
    { label: "an absolute glob", globs: ["/etc/hostname"], says: "is absolute" },
    {
      label: "a path above the client repo",
      tree: { "../outside.txt": "x" },
      globs: ["../outside.txt"],
      says: "is outside the client repo",
    },
    {
      label: "a link that leaves the client repo",
      tree: { "../outside.txt": "x", "assets/l": { link: "../../outside.txt" } },
      globs: ["assets/**"],
      says: "is a link that leaves the client repo",
    },
    {
      label: "a linked folder that leaves it",
      tree: { "../other/x.txt": "x", "assets/l": { link: "../../other" } },
      globs: ["assets/**"],
      says: "is a link that leaves the client repo",
    },
    {
      label: "a link to a neighbour whose name begins alike",
      tree: { "../repo-2/x.txt": "x", "assets/l": { link: "../../repo-2/x.txt" } },
      globs: ["assets/l"],
      says: "is a link that leaves the client repo",
    },
    {
      label: "a link to nothing",
      tree: { "assets/l": { link: "gone" } },
      globs: ["assets/**"],
      says: "is a link to nothing",
    },
    {
      label: "a link to itself",
      tree: { "assets/l": { link: "l" } },
      globs: ["assets/l"],
      says: "cannot be searched",
    },
    { label: "a .env", tree: { "assets/.env": "SECRET=1" }, globs: ["assets/**"], says: "looks like a secret" },
    { label: "a private key", tree: { "assets/server.key": "k" }, globs: ["assets/**"], says: "looks like a secret" },
    {
      label: "a link with a harmless name to a secret",
      tree: { ".env": "SECRET=1", "assets/l.txt": { link: "../.env" } },
      globs: ["assets/**"],
      says: "looks like a secret",
    },
    {
      label: "the git repository",
      tree: { ".git/config": "x" },
      globs: ["**"],
      says: "does not belong into a release",
    },
    {
      label: "installed packages",
      tree: { "node_modules/p/index.js": "x" },
      globs: ["**/*.js"],
      says: "does not belong into a release",
    },
  ])("refuses $label", async ({ tree = {}, globs, says }) => {
    const root = await tempFolder({ ...TREE, ...tree }, "repo");
    await expect(collectAssets(root, globs)).rejects.toMatchObject({
      name: "DkistCoreError",
      code: "BAD_ASSET",
      message: expect.stringContaining(says) as unknown,
      location: { field: "assets" },
    });
  });
});
