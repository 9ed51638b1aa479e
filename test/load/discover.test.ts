import { afterEach, describe, expect, it } from "@jest/globals";
import path from "node:path";
import { discover } from "../../src/load/discover.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

const GLOBS = ["dist/workflows/**/*.{js,mjs,cjs}"];

afterEach(removeFolders);

async function found(root: string, globs = GLOBS): Promise<string[]> {
  return (await discover(root, globs)).map((file) => path.relative(root, file));
}

describe("discover", () => {
  it("finds modules in folders of any depth, sorted by code unit; the original ignores subpackages", async () => {
    const root = await tempFolder({
      "dist/workflows/b.js": "",
      "dist/workflows/a.mjs": "",
      "dist/workflows/Z.cjs": "",
      "dist/workflows/é.js": "",
      "dist/workflows/deep/er/c.js": "",
      "dist/workflows/types.d.ts": "",
      "dist/workflows/b.js.map": "",
      "dist/other.js": "",
    });
    expect(await found(root)).toEqual(
      ["Z.cjs", "a.mjs", "b.js", "deep/er/c.js", "é.js"].map((name) => `dist/workflows/${name}`),
    );
  });

  it("leaves out names that start with _, hidden ones, and packages", async () => {
    const root = await tempFolder({
      "dist/workflows/a.js": "",
      "dist/workflows/_helper.js": "",
      "dist/workflows/_parts/b.js": "",
      "dist/workflows/.hidden.js": "",
      "dist/workflows/node_modules/p/index.js": "",
    });
    expect(await found(root)).toEqual(["dist/workflows/a.js"]);
  });

  it.each([
    ["_work", "1"],
    ["node_modules", "vbi"],
    ["a b (copy)", "[x]{y}!"],
  ])("looks at no name above the client repo: below %s/%s all are found", async (...above) => {
    const root = await tempFolder({ "dist/workflows/a.js": "" }, ...above);
    expect(await found(root)).toEqual(["dist/workflows/a.js"]);
  });

  it("counts a module once that is matched twice: through a link, or by two globs", async () => {
    const root = await tempFolder({
      "dist/workflows/a.js": "",
      "dist/workflows/alias.js": { link: "a.js" },
      "dist/workflows/again": { link: "../workflows" },
    });
    expect(await found(root, [...GLOBS, "dist/**/*.js"])).toEqual(["dist/workflows/a.js"]);
  });

  it("finds nothing where nothing is", async () => {
    expect(await found(await tempFolder())).toEqual([]);
  });

  it("takes globs that exclude, and ones that lead out of the client repo", async () => {
    const root = await tempFolder(
      { "dist/workflows/a.js": "", "dist/workflows/b.js": "", "../shared/c.js": "" },
      "repo",
    );
    expect(await found(root, [...GLOBS, "../shared/*.js", "!**/b.js"])).toEqual([
      "../shared/c.js",
      "dist/workflows/a.js",
    ]);
  });
});
