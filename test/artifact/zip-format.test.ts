/** Zips of more than 4 GB and of more than 65,535 entries, which need zip64; the rest of the format is held against yazl's. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import { openPromise } from "yauzl";
import { crc32 } from "node:zlib";
import { directory, localHeader, type PackedEntry } from "../../src/artifact/zip-format.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

const DATE = new Date(Date.UTC(1980, 0, 1, 12, 1, 0));
const NAMES = "import sys, zipfile\nprint([i.filename for i in zipfile.ZipFile(sys.argv[1]).infolist()][-1])";

const empty = (name: string, offset: number): PackedEntry => {
  return { path: name, executable: false, bytes: 0, packedBytes: 0, crc: crc32(""), offset };
};

describe("zip64", () => {
  it.each([
    ["the last place that needs none", 0xfffffffe],
    ["the first one that does", 0xffffffff],
    ["a place far behind", 5_000_000_000],
  ])("says where an entry is: %s", async (_, offset) => {
    const zip = path.join(await tempFolder(), "far.zip");
    const entry = empty("far", offset);
    const header = localHeader(entry, DATE);
    const end = offset + header.length;
    const file = await open(zip, "w"); // with a hole, which takes no space
    await file.write(header, 0, header.length, offset);
    const rest = directory([entry], end, DATE);
    await file.write(rest, 0, rest.length, end);
    await file.close();

    const opened = await openPromise(zip);
    for await (const { fileName, relativeOffsetOfLocalHeader } of opened.eachEntry()) {
      expect([fileName, relativeOffsetOfLocalHeader]).toEqual(["far", offset]);
    }
    opened.close();
    expect(execFileSync("python3", ["-c", NAMES, zip], { encoding: "utf8" })).toBe("far\n");
  });

  it.each([65_534, 65_535, 70_000])("says how many entries there are: %d", async (count) => {
    const zip = path.join(await tempFolder(), "many.zip");
    let offset = 0;
    const entries = Array.from({ length: count }, (_, index) => {
      const entry = empty(String(index).padStart(6, "0"), offset);
      offset += localHeader(entry, DATE).length;
      return entry;
    });
    await writeFile(
      zip,
      Buffer.concat([...entries.map((one) => localHeader(one, DATE)), directory(entries, offset, DATE)]),
    );

    const opened = await openPromise(zip);
    expect(opened.entryCount).toBe(count);
    opened.close();
    const last = `${String(count - 1).padStart(6, "0")}\n`;
    expect(execFileSync("python3", ["-c", NAMES, zip], { encoding: "utf8" })).toBe(last);
  });
});
