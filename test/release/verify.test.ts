import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { copyFile, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { verifyRelease } from "../../src/build.js";
import { digestOf, manifestFile, sha256 } from "../../src/model/digest.js";
import type { FileEntry } from "../../src/model/task-bundle.js";
import { DEFAULT_LIMITS } from "../../src/release/zip-directory.js";
import { verifyZip } from "../../src/release/verify-zip.js";
import { bytesOf } from "../helpers/entry-bytes.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { rawZip, type RawEntry } from "../helpers/raw-zip.js";
import { bundleSummary, releaseFacts } from "../helpers/report-input.js";
import { smallRelease } from "../helpers/small-release.js";

afterEach(removeFolders);

const FOLDER = "vbi_1.4.0";
const file = (name: string, text: string, executable = false): FileEntry => {
  return { path: name, content: Buffer.from(text), executable };
};
const FILES = [file("tasks/A/run.js", "console.log(1)"), file("tasks/A/tool", "#!/bin/sh\n", true)];

interface Zip {
  /** What the zip holds. */
  readonly files?: readonly FileEntry[];
  /** What its manifest lists. */
  readonly listed?: readonly FileEntry[];
  readonly manifest?: object;
  /** Changes the entries of the files, before the manifest's. */
  readonly change?: (entries: readonly RawEntry[]) => readonly RawEntry[];
  readonly extra?: readonly RawEntry[];
  readonly spoil?: (bytes: Buffer) => Buffer;
}

/** A code zip, alone. */
async function codeZip(zip: Zip = {}): Promise<string> {
  const { files = FILES, listed = files, manifest = {}, change, extra = [], spoil } = zip;
  const list = listed.map(manifestFile);
  const task = list.flatMap((one) => (one.path.startsWith("tasks/A/") ? [{ ...one, path: one.path.slice(8) }] : []));
  const bundles = task.length === 0 ? [] : [bundleSummary("A", { digest: digestOf(task) })];
  const facts = releaseFacts([], { version: "1.4.0", bundles });
  const about = { ...facts, kind: "code", digest: digestOf(list), files: list };
  const entries = files.map((entry): RawEntry => {
    return { name: `${FOLDER}/${entry.path}`, content: bytesOf(entry), mode: entry.executable ? 0o100755 : 0o100644 };
  });
  const own = { name: `${FOLDER}/manifest.json`, content: JSON.stringify({ ...about, ...manifest }) };
  const target = path.join(await tempFolder(), "vbi_1.4.0_code.zip");
  const bytes = rawZip([...(change?.(entries) ?? entries), ...extra, own]);
  await writeFile(target, spoil?.(bytes) ?? bytes);
  return target;
}

async function codes(target: string): Promise<string[]> {
  const { diagnostics, ok } = await verifyRelease({ path: target });
  expect(ok).toBe(diagnostics.every(({ severity }) => severity !== "error"));
  return diagnostics.map(({ code }) => code);
}

/** Changes the first entry. */
const first =
  (change: Partial<RawEntry>) =>
  (entries: readonly RawEntry[]): readonly RawEntry[] =>
    entries.map((entry, index) => (index === 0 ? { ...entry, ...change } : entry));
const extra = (name: string | Buffer, more: Partial<RawEntry> = {}): Zip => ({
  extra: [{ name, content: "x", ...more }],
});

describe("a zip", () => {
  it("that is honest is whole, and says what was looked at", async () => {
    const zip = await codeZip();
    execFileSync("python3", ["-c", "import sys, zipfile; assert zipfile.ZipFile(sys.argv[1]).testzip() is None", zip]);
    const { ok, diagnostics, result } = await verifyRelease({ path: zip });
    expect([ok, diagnostics]).toEqual([true, []]);
    expect(result).toMatchObject({
      kind: "zip",
      name: "vbi",
      version: "1.4.0",
      parts: [{ kind: "code", path: zip, files: 2, sha256: sha256(await readFile(zip)) }],
    });
    expect(result?.checks.join("\n")).toContain("sha256 and CRC");
  });

  const unsafe: [string, Zip, RegExp][] = [
    ["leads out of its folder", extra(`${FOLDER}/../../etc/x`), /leads out of its folder/],
    ["leads out at its start", extra("../x"), /leads out of its folder/],
    ["is absolute", extra("/etc/cron.d/x"), /is an absolute path/],
    ["names a drive", extra("C:/x"), /is an absolute path/],
    ["has a backslash", extra(`${FOLDER}/..\\..\\x`), /holds a backslash/],
    ["has a control character", extra(`${FOLDER}/a\u001b[2Jb`), /holds control characters/],
    ["has a NUL", extra(`${FOLDER}/a\0.js`), /holds control characters/],
    ["is empty", extra(""), /is empty/],
    ["is a dot", extra(`${FOLDER}/./x`), /parts that are no names/],
    ["has an empty part", extra(`${FOLDER}//x`), /parts that are no names/],
    ["is too long for a disk", extra(`${FOLDER}/${"x".repeat(256)}`), /is too long/],
    ["is no UTF-8", extra(Buffer.from([...Buffer.from(`${FOLDER}/`), 0xff, 0xfe])), /is not UTF-8/],
    ["is UTF-8, and does not say so", extra(`${FOLDER}/ä`, { flags: 0 }), /does not say that it is UTF-8/],
    ["is a folder", extra(`${FOLDER}/x/`, { content: "", mode: 0o040755 }), /is a folder/],
    ["is a link", extra(`${FOLDER}/x`, { content: "/etc/passwd", mode: 0o120777 }), /is a link/],
    ["is a pipe", extra(`${FOLDER}/x`, { mode: 0o010644 }), /is a pipe/],
    ["is a device", extra(`${FOLDER}/x`, { mode: 0o020644 }), /is a device/],
    ["has no mode", extra(`${FOLDER}/x`, { mode: 0 }), /is no regular file/],
    ["may be written by all", { change: first({ mode: 0o100666 }) }, /has the mode 666, not 644 or 755/],
    ["sets its user", { change: first({ mode: 0o104755 }) }, /has the mode 4755/],
    ["is encrypted", { change: first({ flags: 0x801 }) }, /is encrypted/],
    ["is compressed in another way", { change: first({ method: 93 }) }, /compressed in a way \(93\)/],
    ["is there twice", extra(`${FOLDER}/tasks/A/run.js`), /is there twice/],
    ["differs in case alone", extra(`${FOLDER}/Tasks/a/RUN.js`), /is the same file as .* on some disks$/],
    [
      "differs in the form of an accent alone",
      { extra: ["\u00e4", "a\u0308"].map((name) => ({ name: `${FOLDER}/${name}` })) },
      /is the same file as .* on some disks: the same letters, their accents written otherwise$/,
    ],
    ["is a file and a folder", extra(`${FOLDER}/tasks/A`), /is the same file as/],
    ["is below a file", extra(`${FOLDER}/tasks/A/run.js/x`), /is the same file as/],
    [
      "has another name before its content",
      { change: first({ localName: `${FOLDER}/tasks/B/run.js` }) },
      /another name/,
    ],
    [
      "has a second name",
      { change: first({ extra: Buffer.from([0x75, 0x70, 5, 0, 1, 0, 0, 0, 0]) }) },
      /second name in an extra field/,
    ],
  ];
  it.each(unsafe)("with an entry that %s is refused, and nothing but that said of it", async (_, zip, sentence) => {
    const { ok, diagnostics } = await verifyRelease({ path: await codeZip(zip) });
    expect(ok).toBe(false);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "UNSAFE_ENTRY", message: expect.stringMatching(sentence) }),
    );
    for (const { message } of diagnostics) {
      // eslint-disable-next-line no-control-regex -- what a terminal would obey
      expect(message).not.toMatch(/[\u0000-\u001f]/);
    }
  });

  const wrong: [string, Zip, string, RegExp][] = [
    ["a file that no manifest lists", extra(`${FOLDER}/x`), "FILE_UNLISTED", /vbi_1.4.0\/x is in no manifest/],
    ["a file beside the release's folder", extra("other/x"), "FILE_UNLISTED", /other\/x is in no manifest/],
    [
      "a listed file that is missing",
      { listed: [...FILES, file("gone", "")] },
      "FILE_MISSING",
      /vbi_1.4.0\/gone is listed/,
    ],
    [
      "another content of the same size",
      { change: first({ content: "console.log(2)" }) },
      "DAMAGED",
      /tasks\/A\/run.js has another sha256/,
    ],
    ["another size", { change: first({ content: "" }) }, "DAMAGED", /has 0 bytes, not 14 as listed/],
    ["a CRC that is wrong", { change: first({ crc: 1 }) }, "DAMAGED", /has another CRC/],
    ["more than an entry says", { change: first({ content: "x".repeat(15), bytes: 14 }) }, "DAMAGED", /too many bytes/],
    ["less than an entry says", { change: first({ content: "x", bytes: 14 }) }, "DAMAGED", /not enough bytes/],
    [
      "content that is no deflate",
      { change: first({ method: 8, flags: 0x800 }), spoil: inTheMiddle },
      "DAMAGED",
      /cannot be unpacked|sha256/,
    ],
    ["a program that is none", { change: first({ mode: 0o100755 }) }, "DAMAGED", /has the mode 755, not 644/],
    ["a manifest with a wrong digest", { manifest: { digest: "0".repeat(64) } }, "BAD_MANIFEST", /own digest is wrong/],
    ["a manifest of another form", { manifest: { formatVersion: 2 } }, "BAD_MANIFEST", /formatVersion/],
    ["a manifest whose file leads out", { listed: [file("../x", "")] }, "BAD_MANIFEST", /files\.0\.path/],
    [
      "a manifest of another version",
      { manifest: { version: "1.5.0" } },
      "BAD_MANIFEST",
      /is the manifest of vbi_1.5.0/,
    ],
    ["two manifests", extra("vbi_1.4.0.manifest.json"), "BAD_MANIFEST", /more than one manifest/],
    ["its end cut off", { spoil: (bytes) => bytes.subarray(0, -30) }, "DAMAGED", /no whole zip/],
    [
      "something behind its end",
      { spoil: (bytes) => Buffer.concat([bytes, Buffer.from("x")]) },
      "DAMAGED",
      /no whole zip/,
    ],
    ["no zip in it", { spoil: () => Buffer.from("no zip") }, "DAMAGED", /no whole zip/],
    ["nothing in it", { spoil: () => Buffer.of() }, "DAMAGED", /no whole zip/],
  ];
  it.each(wrong)("with %s is refused", async (_, zip, code, sentence) => {
    const { diagnostics } = await verifyRelease({ path: await codeZip(zip) });
    expect(diagnostics).toContainEqual(expect.objectContaining({ code, message: expect.stringMatching(sentence) }));
  });

  it("without a manifest is refused", async () => {
    const zip = path.join(await tempFolder(), "a.zip");
    await writeFile(zip, rawZip([{ name: "a.py", content: "x" }]));
    expect(await codes(zip)).toEqual(["BAD_MANIFEST"]);
  });

  it("has all that is wrong told at once", async () => {
    const zip = await codeZip({
      listed: [...FILES, file("gone", ""), file("gone too", "")],
      change: first({ content: "other" }),
      extra: [{ name: "../a" }, { name: "/b" }, { name: `${FOLDER}/c` }],
    });
    expect((await codes(zip)).sort()).toEqual([
      "DAMAGED",
      "FILE_MISSING",
      "FILE_MISSING",
      "FILE_UNLISTED",
      "UNSAFE_ENTRY",
      "UNSAFE_ENTRY",
    ]);
  });

  it("that is a bomb is not unpacked", async () => {
    const zeros = file("zeros", "\0".repeat(200_000_000));
    const zip = await codeZip({ files: [zeros] });
    const began = performance.now();
    const { diagnostics, result } = await verifyRelease({ path: zip });
    expect(result?.checks).toEqual(["how big it would be", expect.stringMatching(/^not: /)]);
    expect(diagnostics).toMatchObject([{ code: "OVER_LIMIT", message: expect.stringMatching(/times its size/) }]);
    expect(performance.now() - began).toBeLessThan(1000);
    // Whoever says how big it may get has it verified.
    expect((await verifyRelease({ path: zip, maxSizeMb: 201 })).ok).toBe(true);
    const small = await verifyRelease({ path: zip, maxSizeMb: 1 });
    expect(small.diagnostics).toMatchObject([
      { code: "OVER_LIMIT", message: expect.stringMatching(/limit is 1000000/) },
    ]);
  });

  it.each([0, -1, 1.5e30, NaN])("takes no limit of %p MB", async (maxSizeMb) => {
    const verifying = codeZip().then((zip) => verifyRelease({ path: zip, maxSizeMb }));
    await expect(verifying).rejects.toMatchObject({ code: "BAD_USAGE" });
  });

  it("is never found whole with any one byte changed", async () => {
    const zip = await codeZip();
    const bytes = await readFile(zip);
    const released = sha256(bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ change;
        await writeFile(zip, spoilt);
        const { findings, sha256: found, manifest } = await verifyZip(zip, DEFAULT_LIMITS);
        // Times and versions in headers mean nothing to us; the release manifest notices them all the same.
        expect(found).not.toBe(released);
        if (findings.length === 0) expect(manifest?.files).toEqual(FILES.map(manifestFile));
      }),
      { numRuns: 300 },
    );
  });
});

/** Somewhere in the first entry's content. */
function inTheMiddle(bytes: Buffer): Buffer {
  const at = 30 + `${FOLDER}/tasks/A/run.js`.length + 3;
  const spoilt = Buffer.from(bytes);
  spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
  return spoilt;
}

describe("a release manifest", () => {
  it("with its zips is whole", async () => {
    const { manifest, codeZip, workflowZip } = await smallRelease(await tempFolder());
    const { ok, diagnostics, result } = await verifyRelease({ path: manifest });
    expect([ok, diagnostics]).toEqual([true, []]);
    expect(result).toMatchObject({
      kind: "release",
      name: "vbi",
      version: "1.4.0",
      gitCommit: "3f2c1ab".padEnd(40, "0"),
    });
    expect(result?.parts.map(({ kind, path, files }) => [kind, path, files])).toEqual([
      ["code", codeZip, 9],
      ["workflows", workflowZip, 2],
    ]);
  });

  it("is not one with a zip of another build of the version, each whole by itself", async () => {
    const ours = await smallRelease(await tempFolder());
    const other = await smallRelease(await tempFolder(), { build: "second" });
    for (const zip of ["codeZip", "workflowZip"] as const) {
      await copyFile(other[zip], ours[zip]);
      expect(await codes(ours[zip])).toEqual([]);
      const found = await codes(ours.manifest);
      expect(new Set(found)).toEqual(new Set(["RELEASE_MIXED"]));
    }
  });

  it("names the tasks of another build, also where it lists the zip that is there", async () => {
    const ours = await smallRelease(await tempFolder());
    const other = await smallRelease(await tempFolder(), { build: "second" });
    await copyFile(other.codeZip, ours.codeZip);
    const bytes = await readFile(ours.codeZip);
    const text = await readFile(ours.manifest, "utf8");
    const manifest = JSON.parse(text) as { artifacts: { kind: string; sha256: string }[] };
    for (const artifact of manifest.artifacts) if (artifact.kind === "code") artifact.sha256 = sha256(bytes);
    await writeFile(ours.manifest, JSON.stringify(manifest));
    const { diagnostics } = await verifyRelease({ path: ours.manifest });
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["RELEASE_MIXED", "the task Dark in the code is of another build"],
      ["RELEASE_MIXED", "the task Transfer in the code is of another build"],
    ]);
  });

  it.each([
    ["a zip that is gone", (folder: string) => rmSync(path.join(folder, "vbi_1.4.0_code.zip")), ["FILE_MISSING"]],
    [
      "a zip with a byte more",
      (folder: string) => appendFileSync(path.join(folder, "vbi_1.4.0_code.zip"), "x"),
      ["DAMAGED", "DAMAGED"],
    ],
    [
      "a page of another build",
      (folder: string) => appendFileSync(path.join(folder, "vbi_1.4.0.html"), "x"),
      ["RELEASE_MIXED"],
    ],
    ["no page", (folder: string) => rmSync(path.join(folder, "vbi_1.4.0.html")), []],
  ] as const)("with %s", async (_, change, expected) => {
    const { folder, manifest } = await smallRelease(await tempFolder());
    change(folder);
    expect(await codes(manifest)).toEqual(expected);
  });

  it("warns of a page of another build, and is whole all the same: it runs nothing", async () => {
    const { folder, manifest } = await smallRelease(await tempFolder());
    await writeFile(path.join(folder, "vbi_1.4.0.html"), "other");
    expect(await verifyRelease({ path: manifest })).toMatchObject({ ok: true, diagnostics: [{ severity: "warning" }] });
  });

  it.each([
    ["no JSON", "{", "BAD_MANIFEST"],
    ["another form", "{}", "BAD_MANIFEST"],
    ["no zips", (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), artifacts: [] }), "BAD_MANIFEST"],
    [
      "a zip elsewhere",
      (text: string) => text.replaceAll("vbi_1.4.0_code.zip", "../vbi_1.4.0_code.zip"),
      "BAD_MANIFEST",
    ],
    ["a name that leads out", (text: string) => text.replaceAll('"vbi"', '"../vbi"'), "BAD_MANIFEST"],
    ["another version", (text: string) => text.replaceAll('"version": "1.4.0"', '"version": "1.5.0"'), "BAD_MANIFEST"],
  ] as const)("of %s is refused", async (_, change, code) => {
    const { manifest } = await smallRelease(await tempFolder());
    const text = await readFile(manifest, "utf8");
    await writeFile(manifest, typeof change === "string" ? change : change(text));
    const found = await codes(manifest);
    expect(new Set(found)).toEqual(new Set([code]));
  });
});

describe("what is deployed", () => {
  /** The code zip, unpacked as an operator does without `deploy`. */
  async function unpacked(): Promise<string> {
    const { codeZip, release } = await smallRelease(await tempFolder());
    const mount = await tempFolder();
    execFileSync("unzip", ["-q", codeZip, "-d", mount]);
    return path.join(mount, release);
  }

  it("is whole", async () => {
    const folder = await unpacked();
    expect(await verifyRelease({ path: folder })).toMatchObject({
      ok: true,
      diagnostics: [],
      result: {
        kind: "code",
        name: "vbi",
        version: "1.4.0",
        gitCommit: "3f2c1ab".padEnd(40, "0"),
        parts: [{ files: 9 }],
      },
    });
    expect(await codes(`${folder}/`)).toEqual([]);
    expect(await codes(path.join(folder, "manifest.json"))).toEqual([]);
  });

  it.each([
    [
      "a file with other content",
      (folder: string) => appendFileSync(`${folder}/tasks/Dark/run.js`, "x"),
      "DAMAGED",
      "tasks/Dark/run.js",
    ],
    [
      "a file that is gone",
      (folder: string) => rmSync(`${folder}/notify-failure.js`),
      "FILE_MISSING",
      "notify-failure.js",
    ],
    [
      "a file more",
      (folder: string) => appendFileSync(`${folder}/tasks/Dark/x.js`, "x"),
      "FILE_UNLISTED",
      "tasks/Dark/x.js",
    ],
    [
      "a program that is none",
      (folder: string) => chmodSync(`${folder}/tasks/Dark/tool`, 0o644),
      "DAMAGED",
      "tasks/Dark/tool",
    ],
    ["a manifest of another release", (folder: string) => renameSync(folder, `${folder}.bak`), "", ""],
  ] as const)("is not with %s", async (_, change, code, name) => {
    const folder = await unpacked();
    change(folder);
    if (!existsSync(folder)) {
      expect(await codes(`${folder}.bak`)).toEqual(["BAD_MANIFEST"]);
      return;
    }
    const { diagnostics } = await verifyRelease({ path: folder });
    expect(diagnostics).toMatchObject([{ code, location: { file: path.join(folder, name) } }]);
  });

  it("is not with a link in a file's place, or in a folder's", async () => {
    const folder = await unpacked();
    rmSync(path.join(folder, "package.json"));
    await symlink("tasks/Dark/package.json", path.join(folder, "package.json"));
    renameSync(path.join(folder, "tasks"), path.join(folder, "..", "tasks"));
    await symlink("../tasks", path.join(folder, "tasks"));
    const { diagnostics } = await verifyRelease({ path: folder });
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["DAMAGED", "package.json is a link"],
      ["FILE_UNLISTED", "tasks is in no manifest: it was added later"],
    ]);
  });

  it("passes over what NFS keeps of files that were removed under a task", async () => {
    const folder = await unpacked();
    await writeFile(path.join(folder, "tasks/.nfs00000000a1b2c3d400000001"), "x");
    expect(await codes(folder)).toEqual([]);
  });

  it("is verified in a DAGs folder by its manifest, whatever else is there", async () => {
    const { workflowZip, dagFiles } = await smallRelease(await tempFolder());
    const dags = await tempFolder({ "mine.py": "# mine" });
    execFileSync("unzip", ["-q", workflowZip, "-d", dags]);
    const manifest = path.join(dags, "vbi_1.4.0.manifest.json");
    expect(await codes(manifest)).toEqual([]);
    await truncate(path.join(dags, dagFiles[0] ?? ""), 10);
    rmSync(path.join(dags, dagFiles[1] ?? ""));
    expect(await codes(manifest)).toEqual(["DAMAGED", "FILE_MISSING"]);
  });

  it.each(["nowhere.json", "nowhere.zip", "nowhere"])("cannot be read: %s", async (name) => {
    const target = path.join(await tempFolder(), name);
    await expect(verifyRelease({ path: target })).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });

  it("is not waited for where it is a pipe", async () => {
    const target = path.join(await tempFolder(), "pipe.zip");
    execFileSync("mkfifo", [target]);
    await expect(verifyRelease({ path: target })).rejects.toMatchObject({ code: "BAD_ARTIFACT" });
  });

  it("is no release where it is a folder of anything else", async () => {
    const folder = await tempFolder({ "x.js": "" }, "vbi_1.4.0");
    mkdirSync(path.join(folder, "tasks"));
    expect(readdirSync(folder)).toHaveLength(2);
    expect(readFileSync(path.join(folder, "x.js"), "utf8")).toBe("");
    expect(await codes(folder)).toEqual(["BAD_MANIFEST"]);
  });
});
