import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { removeTemporaryFolders, TEMPORARY_PREFIX, temporaryFolder } from "../../helpers/packed-cache.js";
import { mustRun, run } from "../../helpers/packed-run.js";
import { packedLibrary, REPO } from "../../helpers/packed.js";

/** Everything else is a mistake in `files`: sources, tests, examples, settings of tools. */
const EXPECTED = [
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^bin\/(?:dkist-core\.js|package\.json)$/,
  /^dist\/(?:[a-z-]+\/)*[a-z0-9-]+\.(?:js|d\.ts)$/,
  // What the commands run, put together by the build.
  /^dist\/cli\/(?:main|all-commands|answer|scripts)\.cjs$/,
  /^dist\/load\/client-process\.cjs$/,
  /^dist\/libraries\/(?:cosmiconfig|fast-glob|handlebars)\.cjs$/,
  /^dist\/(?:cjs\/package|config-schema|notify-failure\.packages)\.json$/,
  /^templates\/(?:[\w.-]+\/)*[\w.-]+$/,
  // The pages for users; why it is built as it is says nothing to them.
  /^docs\/[a-z-]+\.(?:md|svg)$/,
  /^docs\/README\.md$/,
  /^docs\/api\/(?:[a-z-]+\/)*[\w-]+\.md$/,
];
const REQUIRED = [
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "bin/dkist-core.js",
  "docs/README.md",
  "docs/getting-started.md",
  "docs/configuration.md",
  "docs/overview.svg",
  "docs/api/dkist-processing-core.md",
  "dist/index.js",
  "dist/index.d.ts",
  "dist/cjs/index.js",
  "dist/cjs/index.d.ts",
  "dist/testing.js",
  "dist/testing.d.ts",
  "dist/cjs/testing.js",
  "dist/cjs/testing.d.ts",
  "dist/cjs/package.json",
  "dist/build.js",
  "dist/build.d.ts",
  "dist/worker-library.js",
  "dist/notify-failure.js",
  "dist/notify-failure.packages.json",
  "dist/config-schema.json",
  "templates/dag.py.hbs",
  "templates/task-shim.js.hbs",
];
const LARGEST_BYTES = 4_000_000;

let tarball: string;
let files: ReadonlyMap<string, Buffer>;
let modes: ReadonlyMap<string, string>;

beforeAll(async () => {
  ({ tarball } = await packedLibrary());
  const folder = await temporaryFolder("tarball");
  await mustRun("tar", ["-xf", tarball, "-C", folder], { cwd: folder });
  const listing = (await mustRun("tar", ["-tvf", tarball], { cwd: folder })).trim().split("\n");
  const entries = listing.map((line) => ({ mode: line.slice(0, 10), path: /package\/(.*)$/.exec(line)?.[1] ?? line }));
  modes = new Map(entries.map(({ path, mode }) => [path, mode]));
  files = new Map(
    await Promise.all(
      entries.map(async ({ path }) => [path, await readFile(join(folder, "package", path))] as [string, Buffer]),
    ),
  );
  await rm(folder, { recursive: true });
}, 120_000);
afterAll(removeTemporaryFolders);

describe("the tarball", () => {
  test("holds what it needs, and nothing else", () => {
    expect([...files.keys()].filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(REQUIRED.filter((file) => !files.has(file))).toEqual([]);
    expect([...files.values()].reduce((sum, content) => sum + content.byteLength, 0)).toBeLessThan(LARGEST_BYTES);
  });

  test("has one program, and it can be executed", () => {
    const programs = [...modes].filter(([, mode]) => mode.includes("x")).map(([file]) => file);
    expect(programs).toEqual(["bin/dkist-core.js"]);
  });

  test("names no place of the machine that made it", () => {
    const places = [REPO, `${TEMPORARY_PREFIX}make`];
    for (const [file, content] of files) {
      const named = places.filter((place) => content.includes(place));
      expect({ file, named }).toEqual({ file, named: [] });
    }
  });
});

describe("what others say about it", () => {
  const bin = (name: string): string => join(REPO, "node_modules", ".bin", name);

  test("publint", async () => {
    const { code, stdout } = await run(bin("publint"), ["run", tarball, "--strict"], { cwd: REPO });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("All good!") });
  });

  // Under each setting: `node10` is how TypeScript resolves for a client with an old tsconfig.
  test.each([".", "./testing"])(
    "arethetypeswrong: what authors import, for every kind of client: %s",
    async (entry) => {
      await expectRightTypes("--profile", "strict", "--entrypoints", entry);
    },
  );

  // ESM alone: a release tool has no reason to run as CommonJS, where Node 20.19 can require() it all the same.
  test("arethetypeswrong: the build functions, for ESM", async () => {
    await expectRightTypes("--profile", "esm-only", "--entrypoints", "./build");
  });

  async function expectRightTypes(...settings: readonly string[]): Promise<void> {
    const { code, stdout } = await run(bin("attw"), [tarball, "--no-emoji", "--format", "json", ...settings], {
      cwd: REPO,
    });
    const { analysis } = JSON.parse(stdout) as { analysis: { entrypoints: object } };
    expect({ code, entrypoints: Object.keys(analysis.entrypoints) }).toEqual({
      code: 0,
      entrypoints: settings.slice(-1),
    });
  }
});
