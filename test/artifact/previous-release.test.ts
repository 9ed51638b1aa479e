import { afterEach, describe, expect, it } from "@jest/globals";
import { readPreviousRelease } from "../../src/artifact/previous-release.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { releaseFacts, WORKFLOWS } from "../helpers/report-input.js";

afterEach(removeFolders);

const manifest = (version: string, name = "vbi"): string =>
  JSON.stringify({ ...releaseFacts(WORKFLOWS), name, version });
const RELEASES = Object.fromEntries(
  ["1.9.0", "1.10.0", "2.0.0", "dev"].map((version) => [`vbi_${version}.json`, manifest(version)]),
);

describe("readPreviousRelease", () => {
  it.each([
    ["2.0.0", "1.10.0"],
    ["1.10.0", "1.9.0"],
    ["3", "2.0.0"],
    ["dev", "2.0.0"],
    ["1.9.0", undefined],
  ])("before %s comes %s", async (version, previous) => {
    expect((await readPreviousRelease(await tempFolder(RELEASES), "vbi", version))?.version).toBe(previous);
  });

  it("passes over what is no release manifest of this name", async () => {
    const folder = await tempFolder({
      ...RELEASES,
      "vbi_2.9.json": "{",
      "vbi_2.8.json": "null",
      "vbi_2.7.json": JSON.stringify({ name: "vbi", version: "2.7", workflows: [{}], bundles: [] }),
      "vbi_2.6.json": manifest("2.5"),
      "vbi_2.5.json": manifest("2.5", "visp"),
      "vbi_2.4.json/file": "a folder",
      "visp_2.9.json": manifest("2.9", "visp"),
    });
    expect((await readPreviousRelease(folder, "vbi", "3.0.0"))?.version).toBe("2.0.0");
  });

  it("finds none where there is no folder", async () => {
    expect(await readPreviousRelease("/nowhere/at/all", "vbi", "1.0.0")).toBe(null);
  });
});
