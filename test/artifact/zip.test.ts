import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { openPromise } from "yauzl";
import { lookAtFile } from "../../src/disk/file-content.js";
import { sha256 } from "../../src/model/digest.js";
import { checkZip, writeZip } from "../../src/artifact/zip.js";
import { byCodeUnit } from "../../src/model/naming.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { whyUnsafe } from "../../src/release/entry-name.js";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";
import { bytesOf } from "../helpers/entry-bytes.js";
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

  it("writes from the disk what is in memory, small and large, the same bytes each time", async () => {
    const folder = await tempFolder();
    const text = "one line of many, with a number: ";
    const large = Array.from({ length: 60_000 }, (_, line) => `${text}${(line * 7919) % 104_729}\n`).join("");
    const list = ["", "x", text.repeat(9000), large, "z"].map((content, index) =>
      file(`${index}/\u00e9`, content, index % 2 === 1),
    );
    const onDisk = await Promise.all(
      list.map(async (entry, index) => {
        const name = path.join(folder, String(index));
        await writeFile(name, bytesOf(entry));
        return { ...entry, ...(await lookAtFile(name)), executable: entry.executable };
      }),
    );
    const [one, two] = [path.join(folder, "1.zip"), path.join(folder, "2.zip")];
    await writeZip(one, onDisk);
    await checkZip(one, list);
    await writeZip(two, onDisk);
    expect(sha256(await readFile(two))).toBe(sha256(await readFile(one)));
  });

  it.each([10, 3_000_000])("refuses a file of %d bytes that is not what it was when it was looked at", async (size) => {
    const folder = await tempFolder({ asset: "x".repeat(size) });
    const name = path.join(folder, "asset");
    const entry = { path: "asset", ...(await lookAtFile(name)) };
    await writeFile(name, "y".repeat(size));
    await expect(writeZip(path.join(folder, "a.zip"), [entry])).rejects.toMatchObject({
      code: "BAD_ASSET",
      message: `"${name}" changed while it was read`,
    });
    await rm(name);
    await expect(writeZip(path.join(folder, "a.zip"), [file("0", "0"), entry])).rejects.toThrow("ENOENT");
  });

  it("gives every name that may be in a release to Python and to unzip as it is", async () => {
    const name = (text: string, index: number): string => `${index}-${text}`;
    const list = manyTexts()
      .map(name)
      .filter((text) => whyUnsafe(text) === null)
      .sort(byCodeUnit)
      .map((text) => file(text, text));
    expect(list.length).toBeGreaterThan(300);
    const [zip, folder] = [path.join(await tempFolder(), "n.zip"), await tempFolder()];
    await writeZip(zip, list);
    await checkZip(zip, list);
    const read = execFileSync("python3", ["-c", READ_ZIP, zip], { encoding: "utf8", maxBuffer: 2 ** 28 });
    expect(JSON.parse(read)).toEqual(list.map(({ path: text }) => [text, text]));
    execFileSync("unzip", ["-qq", zip, "-d", folder], { env: { ...process.env, LC_ALL: "C.UTF-8" } });
    const unpacked = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    expect(unpacked.sort(byCodeUnit)).toEqual(list.map(({ path: text }) => text));
  }, 300_000);

  it("says nothing of the day, the owner, the umask or the time zone", async () => {
    const folder = await tempFolder();
    // The first day of a zip, and an hour that Berlin left out.
    const dates = ["1980-01-01T03:00:00Z", "2026-03-29T02:30:00Z", ""];
    const script = `
      import { writeZip } from ${JSON.stringify(path.join(PACKAGE_ROOT, "dist/artifact/zip.js"))};
      process.umask(0o077);
      const [folder, ...dates] = process.argv.slice(1);
      const entries = [
        { path: "a/b.txt", content: Buffer.from("b"), executable: false },
        { path: "run.sh", content: Buffer.from("#!/bin/sh"), executable: true },
      ];
      for (const date of dates) {
        await writeZip(\`\${folder}/\${process.env.TZ.replace("/", "-")}\${date}.zip\`, entries, date ? new Date(date) : undefined);
      }
      console.log(new Date(0).getHours());`;
    const zones = ["UTC", "Pacific/Honolulu", "Europe/Berlin", "Pacific/Kiritimati"];
    const hours = zones.map((TZ) =>
      execFileSync(process.execPath, ["--input-type=module", "-e", script, folder, ...dates], {
        env: { ...process.env, NODE_OPTIONS: "", TZ },
        encoding: "utf8",
      }).trim(),
    );
    expect(hours).toEqual(["0", "14", "1", "13"]);
    for (const date of dates) {
      const digests = zones.map((zone) =>
        sha256(readFileSync(path.join(folder, `${zone.replace("/", "-")}${date}.zip`))),
      );
      expect(new Set(digests).size).toBe(1);
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
