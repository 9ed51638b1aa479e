/** Whoever opens our zips: each of five readers accepts every one, and a tool that makes zips reproducible finds nothing to do. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openPromise } from "yauzl";
import { writeZip } from "../../src/artifact/zip.js";
import { lookAtFile } from "../../src/disk/file-content.js";
import { sha256 } from "../../src/model/digest.js";
import { byCodeUnit } from "../../src/model/naming.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { findPython } from "../../src/validate/python.js";
import { bytesOf } from "../helpers/entry-bytes.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { smallRelease } from "../helpers/small-release.js";
import { countInSoak, soakRounds } from "../helpers/soak.js";

const ZIPS = soakRounds("DKIST_SOAK_ZIPS", 5);

let folder: string;
let python: string;
beforeAll(async () => {
  folder = await tempFolder();
  python = (await findPython())?.path ?? "python3";
});
afterAll(removeFolders);

/** Names as a release may have them: without what `checkPaths` refuses. */
const names = fc
  .array(
    fc.stringMatching(/^[A-Za-z0-9 ._()#&'é\u65e5\u{1f52d}-]{1,20}$/u).filter((name) => !/^\.+$/.test(name)),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => `release/${parts.join("/")}`);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3_000 }),
  fc.nat(200_000).map((length) => new Uint8Array(length)),
);
const entries = fc
  .uniqueArray(fc.record({ path: names, content, executable: fc.boolean() }), {
    selector: ({ path: name }) => name.normalize("NFC").toLowerCase(),
    minLength: 1,
    maxLength: 20,
  })
  // A name that is also a folder of another one is refused before it is packed.
  .filter((list) => list.every((one) => !list.some((other) => other.path.startsWith(`${one.path}/`))))
  .map((list) => list.sort((a, b) => byCodeUnit(a.path, b.path)));

const run = (program: string, ...parameters: readonly string[]): string =>
  execFileSync(program, parameters, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    maxBuffer: 2 ** 28,
  });

/** Every reader checks the CRC of each entry; what it says goes to nobody. */
async function expectAllRead(zip: string, list: readonly FileEntry[]): Promise<void> {
  run("unzip", "-tqq", zip);
  run("bsdtar", "-xOf", zip);
  run("7z", "t", "-bd", zip);
  const digests = run(
    python,
    "-c",
    "import hashlib, json, sys, zipfile\n" +
      "z = zipfile.ZipFile(sys.argv[1])\n" +
      "assert z.testzip() is None\n" +
      "print(json.dumps([[i.filename, hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))",
    zip,
  );
  expect(JSON.parse(digests)).toEqual(list.map((entry) => [entry.path, sha256(bytesOf(entry))]));
  expect(run("bsdtar", "-tf", zip).trimEnd().split("\n")).toHaveLength(list.length);
  const opened = await openPromise(zip, { validateEntrySizes: true, strictFileNames: true });
  let count = 0;
  for await (const entry of opened.eachEntry()) {
    expect(entry.fileName).toBe(list[count]?.path);
    count += 1;
  }
  opened.close();
  expect(count).toBe(list.length);
}

/** Every second file as an asset is: packed from the disk. */
async function halfOnDisk(list: readonly FileEntry[]): Promise<FileEntry[]> {
  const packed: FileEntry[] = [];
  for (const [index, entry] of list.entries()) {
    const file = path.join(folder, `${index}.asset`);
    writeFileSync(file, bytesOf(entry));
    packed.push(index % 2 === 0 ? entry : { ...entry, content: (await lookAtFile(file)).content });
  }
  return packed;
}

function expectReproducible(zip: string): void {
  const copy = `${zip}.copy.zip`;
  copyFileSync(zip, copy);
  run("strip-nondeterminism", "--type", "zip", copy);
  expect(sha256(readFileSync(copy))).toBe(sha256(readFileSync(zip)));
}

describe("unzip, bsdtar, 7z, Python's zipfile and yauzl", () => {
  it(`read ${ZIPS} zips of any content, and strip-nondeterminism leaves them as they are`, async () => {
    const zip = path.join(folder, "any.zip");
    await fc.assert(
      fc.asyncProperty(entries, async (list) => {
        await writeZip(zip, await halfOnDisk(list));
        await expectAllRead(zip, list);
        expectReproducible(zip);
      }),
      { numRuns: ZIPS },
    );
    countInSoak({ "zips read by five readers": ZIPS });
  }, 3_600_000);

  it("read both zips of a release, and strip-nondeterminism leaves them as they are", async () => {
    const { codeZip, workflowZip } = await smallRelease(path.join(folder, "release"));
    for (const zip of [codeZip, workflowZip]) {
      const list: FileEntry[] = [];
      const opened = await openPromise(zip);
      for await (const entry of opened.eachEntry()) {
        const chunks: Buffer[] = [];
        for await (const chunk of await opened.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
        list.push({ path: entry.fileName, content: Buffer.concat(chunks), executable: false });
      }
      opened.close();
      await expectAllRead(zip, list);
      expectReproducible(zip);
    }
  });
});
