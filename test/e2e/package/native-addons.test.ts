import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

import { removeTemporaryFolders } from "../../helpers/packed-cache.js";
import { compile, fixture, installClient, type Manager } from "../../helpers/packed-client.js";
import {
  modulesAbove,
  packagesIn,
  releaseClient,
  runReleased,
  taskJson,
  type UnpackedRelease,
} from "../../helpers/packed-release.js";

const { platform, arch } = process;

afterAll(removeTemporaryFolders);

describe.each<Manager>(["npm", "pnpm"])("a client installed by %s", (manager) => {
  let release: UnpackedRelease;

  beforeAll(async () => {
    const client = await installClient(fixture("native-client"), { manager });
    await compile(client);
    release = await releaseClient(client);
  }, 300_000);

  test("is released to a place with no node_modules in reach", () => {
    expect(modulesAbove(join(release.folder, "tasks"))).toEqual([]);
  });

  test("a prebuilt native addon does its work", async () => {
    expect(await runReleased(release, "Checksum")).toMatchObject({ code: 0 });
    // The check value that every CRC-32 is published with.
    expect(await readFile(join(release.results, "checksum.txt"), "utf8")).toBe("cbf43926");
  });

  test("a native addon with a shared library in another package does its work", async () => {
    expect(await runReleased(release, "Preview")).toMatchObject({ code: 0 });
    const image = readGrayPng(await readFile(join(release.results, "preview.png")));
    expect(image).toEqual({
      width: 4,
      height: 3,
      rows: [
        [0, 20, 40, 60],
        [80, 100, 120, 140],
        [160, 180, 200, 220],
      ],
    });
  });

  test("a worker thread that a package starts from its own file does its work", async () => {
    expect(await runReleased(release, "WriteLog")).toMatchObject({ code: 0 });
    const line: unknown = JSON.parse(await readFile(join(release.results, "log.ndjson"), "utf8"));
    expect(line).toMatchObject({ recipeRunId: 1, msg: "written by a worker thread" });
  });

  test("what can be one file is one, and does its work", async () => {
    expect(await runReleased(release, "ReadSettings")).toMatchObject({ code: 0 });
    expect(await readFile(join(release.results, "settings.json"), "utf8")).toBe('{"exposure":12,"filters":["a","b"]}');
    expect(await runReleased(release, "Average")).toMatchObject({ code: 0 });
    expect(await readFile(join(release.results, "average.txt"), "utf8")).toBe("3");
  });

  test.each([
    ["Checksum", "folder"],
    ["Preview", "folder"],
    ["WriteLog", "folder"],
    ["ReadSettings", "bundle"],
    ["Average", "bundle"],
  ])("%s is a %s, and a folder says why", async (task, isolation) => {
    const about = await taskJson(release, task);
    expect({ isolation: about.isolation, hasReasons: about.reasons.length > 0 }).toEqual({
      isolation,
      hasReasons: isolation === "folder",
    });
  });

  test("a native addon's machine is recorded, and no other task's", async () => {
    const libc = platform === "linux" ? expect.stringMatching(/^(?:glibc|musl)$/) : null;
    const native = { platform, arch, libc };
    expect((await taskJson(release, "Checksum")).native).toEqual(native);
    expect((await taskJson(release, "Preview")).native).toEqual(native);
    expect((await taskJson(release, "WriteLog")).native).toBeNull();
    expect((await taskJson(release, "Average")).native).toBeNull();
  });

  test.each([{ platform: "sunos" }, { arch: "mips" }, { libc: "other" }])(
    "another machine than %j is told so, with exit 78",
    async (other) => {
      const file = join(release.folder, "tasks", "Checksum", "task.json");
      const text = await readFile(file, "utf8");
      const about = JSON.parse(text) as { native: object };
      await writeFile(file, JSON.stringify({ ...about, native: { ...about.native, ...other } }));
      const { code, stdout } = await runReleased(release, "Checksum");
      await writeFile(file, text);
      expect({ code, stdout }).toEqual({ code: 78, stdout: expect.stringContaining(Object.values(other)[0] ?? "") });
    },
  );

  test("a bundle holds its own packages", async () => {
    expect(await packagesIn(release, "ReadSettings")).toEqual(["yaml"]);
    expect(await packagesIn(release, "Average")).toEqual(["simple-statistics"]);
    const addons = [`@node-rs/crc32-${platform}-${arch}`, "@node-rs/crc32"];
    for (const name of await packagesIn(release, "Checksum"))
      expect(addons.some((addon) => name.startsWith(addon))).toBe(true);
    expect(await packagesIn(release, "WriteLog")).toEqual(expect.arrayContaining(["pino", "thread-stream"]));
    expect(await packagesIn(release, "Preview")).toEqual(
      expect.arrayContaining(["sharp", `@img/sharp-${platform}-${arch}`]),
    );
  });

  // A text that only this package has, or a path that only it can have.
  test.each([
    ["ReadSettings", "YAMLParseError"],
    ["Average", "node_modules/simple-statistics/"],
    ["Checksum", "node_modules/@node-rs/crc32/"],
    ["Preview", "node_modules/sharp/"],
    ["WriteLog", "node_modules/thread-stream/"],
  ])("what %s needs (%s) is nowhere but in its bundle", (task, text) => {
    const holders = new Set<string>();
    for (const [path, { content }] of release.files) {
      const holder = /^tasks\/([^/]+)\//.exec(path)?.[1];
      if (holder !== undefined && (path.includes(text) || content.includes(text))) holders.add(holder);
    }
    expect([...holders]).toEqual([task]);
  });

  test("nothing of the client repo but what runs gets in", () => {
    const paths = [...release.files.keys()];
    expect(
      paths.filter((path) => /\.(?:ts|mts|cts|tsbuildinfo|tgz)$|node_modules\/typescript\/|\.env/.test(path)),
    ).toEqual([]);
  });
});

/** Just enough of PNG: eight bits of gray, no filter, no interlace. */
function readGrayPng(png: Buffer): { width: number; height: number; rows: number[][] } {
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data });
  }
  const header = chunks.find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  expect([...header.subarray(8)]).toEqual([8, 0, 0, 0, 0]);
  const pixels = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const lines = Array.from({ length: height }, (_, line) => [
    ...pixels.subarray(line * (width + 1), (line + 1) * (width + 1)),
  ]);
  expect(lines.map(([filter]) => filter)).toEqual(lines.map(() => 0));
  return { width, height, rows: lines.map(([, ...row]) => row) };
}
