import { afterEach, expect, it } from "@jest/globals";
import fastGlob from "fast-glob";
import path from "node:path";
import { linkLoops } from "../../src/disk/link-loops.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

it("follows links, and none of those that lead around", async () => {
  const root = await tempFolder({
    "a/file": "",
    "a/here": { link: "." },
    "a/here-too": { link: "../a" },
    "a/to-b": { link: "../b" },
    "b/to-a": { link: "../a" },
    "b/other": "",
    "c/to-a": { link: "../a" },
    "c/to-nothing": { link: "gone" },
    "c/to-itself": { link: "to-itself" },
  });
  const loops = linkLoops();
  const files = await fastGlob("**", { cwd: root, fs: loops.fs });

  expect(files.filter((file) => !file.endsWith("gone")).sort()).toEqual([
    "a/file",
    "a/to-b/other",
    "b/other",
    "b/to-a/file",
    "c/to-a/file",
    "c/to-a/to-b/other",
  ]);
  expect(loops.found.map((file) => path.relative(root, file))).toEqual(
    expect.arrayContaining(["a/here", "a/here-too", "a/to-b/to-a", "b/to-a/to-b"]),
  );
});
