import { afterEach, describe, expect, it } from "@jest/globals";
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { collectAssets } from "../../src/artifact/assets.js";
import type { ReleaseRules } from "../../src/disk/releasable-file.js";
import { sha256 } from "../../src/model/digest.js";
import { bytesOf } from "../helpers/entry-bytes.js";
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
    expect(assets.map((asset) => [asset.path, bytesOf(asset).toString(), asset.executable])).toEqual([
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
    {
      label: "a link to the folder that it is in, which is followed nowhere",
      tree: { "assets/loop": { link: "." }, "assets/loop2": { link: "../assets" } },
      globs: ["assets/**"],
      says: '"assets/loop" is a link to a folder that it is in',
    },
    {
      label: "links that lead to each other's folders",
      tree: { "assets/to-other": { link: "../other" }, "other/to-assets": { link: "../assets" } },
      globs: ["assets/**"],
      says: "is a link to a folder that it is in",
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
      label: "what runs and builds keep in the client repo",
      tree: { ".dkist-core/runs/7/run.json": "{}" },
      globs: ["**/*.json"],
      says: "is made by dkist-core",
    },
    {
      label: "an earlier build's artifacts",
      tree: { "made/client_1.0.0.json": "{}" },
      globs: ["**/*.json"],
      says: "is made by dkist-core",
    },
    {
      label: "a link to them",
      tree: { "made/client_1.0.0.json": "{}", "assets/l": { link: "../made/client_1.0.0.json" } },
      globs: ["assets/l"],
      says: "is made by dkist-core",
    },
    {
      label: "installed packages",
      tree: { "node_modules/p/index.js": "x" },
      globs: ["**/*.js"],
      says: "does not belong into a release",
    },
  ])("refuses $label", async ({ tree = {}, globs, says }) => {
    const root = await tempFolder({ ...TREE, ...tree }, "repo");
    const rules = { made: ["made", ".", "../elsewhere"], publicFiles: [] };
    await expect(collectAssets(root, globs, rules)).rejects.toMatchObject({
      name: "DkistCoreError",
      code: "BAD_ASSET",
      message: expect.stringContaining(says) as unknown,
      location: { field: "assets" },
    });
  });
});

describe("what is no file, or not one whole", () => {
  const refusal = (root: string, globs = ["assets/**"]): Promise<string> =>
    collectAssets(root, globs).then(
      () => "taken",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it("a FIFO, which nobody writes to, is refused by name and not waited for", async () => {
    const root = await tempFolder(TREE);
    execFileSync("mkfifo", [path.join(root, "assets/pipe")]);

    expect(await refusal(root)).toBe('the asset "assets/pipe" is no regular file');
    expect(await refusal(root, ["assets/pipe"])).toBe('the asset "assets/pipe" is no regular file');
  });

  it("a socket is refused by name", async () => {
    const root = await tempFolder(TREE);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(root, "assets/socket"), resolve));
    try {
      expect(await refusal(root)).toBe('the asset "assets/socket" is no regular file');
    } finally {
      server.close();
    }
  });

  it("a name that is no UTF-8 is refused", async () => {
    const root = await tempFolder(TREE);
    writeFileSync(Buffer.concat([Buffer.from(path.join(root, "assets/caf")), Buffer.of(0xe9)]), "x");

    expect(await refusal(root)).toBe('the asset "assets/caf\ufffd" has a name that is not UTF-8');
  });

  it("a file that somebody writes to meanwhile is refused", async () => {
    const root = await tempFolder({ "assets/growing": "x".repeat(30_000_000) });
    const writer = spawn("sh", [
      "-c",
      'echo ready; while :; do echo x >> "$1"; done',
      "sh",
      path.join(root, "assets/growing"),
    ]);
    try {
      await new Promise((resolve) => writer.stdout.once("data", resolve));
      expect(await refusal(root)).toBe(`"${path.join(root, "assets/growing")}" changed while it was read`);
    } finally {
      writer.kill("SIGKILL");
    }
  });

  it("a file whose reading fails is refused, with the system's own words", async () => {
    // It can be opened, by its own process, and its first byte cannot be read: no memory is there.
    expect(await refusal(`/proc/${process.pid}`, ["mem"])).toMatch(
      /^the asset "mem" cannot be read: (?:Error: )?EIO\b/,
    );
  });
});

describe("publicAssets", () => {
  const publicFiles = (name: string): ReleaseRules => ({ made: [], publicFiles: [name] });
  const tree: Tree = { "conf/ca.pem": "P", "conf/server.key": "K", "node_modules/p/ca.pem": "P" };

  it("are taken although their names look like secrets, each by its whole path", async () => {
    const root = await tempFolder(tree);
    const [asset] = await collectAssets(root, ["conf/*.pem"], publicFiles("conf/ca.pem"));

    expect(asset).toMatchObject({ path: "conf/ca.pem", content: { bytes: 1, sha256: sha256("P") } });
    await expect(collectAssets(root, ["conf/*"], publicFiles("conf/ca.pem"))).rejects.toThrow(
      '"conf/server.key" looks like a secret',
    );
    await expect(collectAssets(root, ["conf/*.pem"], publicFiles("ca.pem"))).rejects.toThrow(
      '"conf/ca.pem" looks like a secret',
    );
  });

  it("never come from node_modules", async () => {
    const root = await tempFolder(tree);

    await expect(collectAssets(root, ["node_modules/**"], publicFiles("node_modules/p/ca.pem"))).rejects.toThrow(
      "does not belong",
    );
  });
});
