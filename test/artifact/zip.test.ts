import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { openPromise } from "yauzl";
import { sha256 } from "../../src/model/digest.js";
import { checkZip, writeZip } from "../../src/artifact/zip.js";
import { byCodeUnit } from "../../src/model/naming.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { whyUnsafe } from "../../src/release/entry-name.js";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { manyTexts } from "../helpers/hostile.js";

afterEach(removeFolders);

const file = (name: string, content: Uint8Array | string = "", executable = false): FileEntry => ({
  path: name,
  content: Buffer.from(content),
  executable,
});

const names = fc
  .array(
    fc.stringMatching(/^[A-Za-z0-9 ._é\u{1f52d}-]{1,12}$/u).filter((name) => !/^\.+$/.test(name)),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join("/"));
const entries = fc
  .uniqueArray(fc.record({ path: names, content: fc.uint8Array({ maxLength: 2000 }), executable: fc.boolean() }), {
    selector: ({ path: name }) => name,
    maxLength: 12,
  })
  .map((list) => list.sort((a, b) => byCodeUnit(a.path, b.path)));

const READ_ZIP = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    json.dump([[info.filename, zip.read(info).decode()] for info in zip.infolist()], sys.stdout)`;

describe("writeZip and checkZip", () => {
  it("read back what was written, and write the same bytes twice", async () => {
    const folder = await tempFolder();
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        const [one, two] = [path.join(folder, "1.zip"), path.join(folder, "2.zip")];
        await writeZip(one, list);
        await writeZip(two, list);
        await expect(checkZip(one, list)).resolves.toBeUndefined();
        expect(sha256(await readFile(one))).toBe(sha256(await readFile(two)));
      }),
      { numRuns: 60 },
    );
  });

import { readdirSync, readFileSync } from "node:fs";
    }
  });

  it("gives files mode 644 and programs 755, and no folders", async () => {
    const zipFile = path.join(await tempFolder(), "m.zip");
    await writeZip(zipFile, [file("a/b.txt"), file("a/run", "", true)]);
    const zip = await openPromise(zipFile);
    const found: [string, string][] = [];
    for await (const entry of zip.eachEntry())
      found.push([entry.fileName, (entry.externalFileAttributes >>> 16).toString(8)]);
    zip.close();
    expect(found).toEqual([
      ["a/b.txt", "100644"],
      ["a/run", "100755"],
    ]);
  });

  it.each([
    ["1980-01-01T00:00:00Z", [1980, 1, 1, 0, 0, 0]],
    ["2026-01-02T03:04:05Z", [2026, 1, 2, 3, 4, 4]], // a zip counts in steps of two seconds
    ["2107-12-31T23:59:58Z", [2107, 12, 31, 23, 59, 58]],
  ])("gives every entry the date %s", async (date, parts) => {
    const zipFile = path.join(await tempFolder(), "d.zip");
    await writeZip(zipFile, [file("a", "1"), file("b")], new Date(date));
    await checkZip(zipFile, [file("a", "1"), file("b")]);
    const zip = await openPromise(zipFile);
    for await (const { lastModFileDate: day, lastModFileTime: time } of zip.eachEntry()) {
      expect([(day >> 9) + 1980, (day >> 5) & 15, day & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2]).toEqual(
        parts,
      );
    }
    zip.close();
  });

  it.each([
    { label: "another content", expected: [file("a", "2"), file("b")] },
    { label: "another name", expected: [file("a", "1"), file("c")] },
    { label: "an entry too few", expected: [file("a", "1"), file("b"), file("c")] },
    { label: "an entry too many", expected: [file("a", "1")] },
    { label: "another order", expected: [file("b"), file("a", "1")] },
  ])("checkZip finds $label", async ({ expected }) => {
    const zip = path.join(await tempFolder(), "x.zip");
    await writeZip(zip, [file("a", "1"), file("b")]);
    await expect(checkZip(zip, expected)).rejects.toThrow();
  });

  it("checkZip finds a damaged and a truncated zip", async () => {
    const zip = path.join(await tempFolder(), "x.zip");
    const list = [file("a", "content that is there ".repeat(50))];
    await writeZip(zip, list);
    const bytes = await readFile(zip);
    await writeFile(zip, bytes.subarray(0, bytes.length - 30));
    await expect(checkZip(zip, list)).rejects.toThrow();
    bytes[45] = (bytes[45] ?? 0) ^ 0xff;
    await writeFile(zip, bytes);
    await expect(checkZip(zip, list)).rejects.toThrow();
  });

  it("refuses two entries of one name, and a folder that is not there", async () => {
    const folder = await tempFolder();
    await expect(writeZip(path.join(folder, "x.zip"), [file("a"), file("a")])).rejects.toThrow(
      "two entries are called a",
    );
    await expect(writeZip(path.join(folder, "gone/x.zip"), [file("a", "1")])).rejects.toThrow("ENOENT");
  });
});
