import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { removeTemporaryFolders, temporaryFolder } from "../../helpers/packed-cache.js";
import {
  compile,
  EXAMPLE,
  installClient,
  linkLibrary,
  type InstalledClient,
  type Manager,
} from "../../helpers/packed-client.js";
import { mustRun, type RunOptions } from "../../helpers/packed-run.js";
import { readZip } from "../../helpers/packed-zip.js";

const NAME = "dkist-processing-test";
const BUILD = ["build", "--airflow", "none", "--quiet", "--version"];

afterAll(removeTemporaryFolders);

const VERSION = "11.22.33";
/** As long as the other, so that sizes do not differ. */
const OTHER_VERSION = "77.88.99";

describe.each<Manager>(["npm", "pnpm"])("the example, with the library installed from its tarball by %s", (manager) => {
  let client: InstalledClient;

  beforeAll(async () => {
    client = await installClient(EXAMPLE, { manager });
    await compile(client);
  }, 300_000);

  test("test-workflows", async () => {
    const { code, stdout } = await client.cli(["test-workflows", "--airflow", "none"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/27 workflows, \d+ tasks: right/) });
  });

  test("export-dags --version", async () => {
    const { code, stdout } = await client.cli(["export-dags", "--version", VERSION, "--json"]);
    const { result } = JSON.parse(stdout) as { result: { files: { path: string; sha256: string }[] } };
    expect({ code, files: result.files.length }).toEqual({ code: 0, files: 27 });
    expect((await readdir(join(client.root, "dags"))).sort()).toEqual(
      result.files.map(({ path }) => path.slice("dags/".length)).sort(),
    );
    for (const { path, sha256 } of result.files) {
      const content = await readFile(join(client.root, path));
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
  });

  test("build --version", async () => {
    const { code, stdout } = await client.cli(["build", "--version", VERSION, "--airflow", "none", "--json"]);
    const { result } = JSON.parse(stdout) as { result: { artifacts: { path: string }[]; manifest: string } };
    const zips = ["code", "workflows"].map((kind) => `artifacts/${NAME}_${VERSION}_${kind}.zip`);
    expect({ code, artifacts: result.artifacts.map(({ path }) => path) }).toEqual({ code: 0, artifacts: zips });
    const workflows = await readZip(join(client.root, `artifacts/${NAME}_${VERSION}_workflows.zip`));
    expect([...workflows.keys()].filter((file) => file.endsWith(".py"))).toHaveLength(27);
  });
});

describe("the same commit", () => {
  let first: InstalledClient;
  let released: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    first = await committedClient(join(await temporaryFolder("first"), NAME));
    released = await build(first, VERSION);
  }, 300_000);

  test("is released with its commit", () => {
    const manifest = JSON.parse(String(released.get(`${NAME}_${VERSION}.json`))) as Record<string, unknown>;
    expect(manifest).toMatchObject({ gitCommit: expect.stringMatching(/^[0-9a-f]{40}$/), gitDirty: false });
  });

  test("gives equal bytes in another folder, time zone and umask", async () => {
    const folder = join(await temporaryFolder("second"), "a path", "that is", "much-deeper", "and", "has-Umläute");
    const second = await committedClient(folder);
    const again = await build(second, VERSION, { umask: "077", env: { TZ: "Pacific/Auckland", LC_ALL: "C" } });
    expectEqualFiles(again, released);
  }, 180_000);

  test("gives equal bytes with the library linked instead of installed", async () => {
    await linkLibrary(first);
    expectEqualFiles(await build(first, VERSION, {}, "artifacts/linked"), released);
  }, 180_000);

  test("differs in another version by the version alone", async () => {
    const renamed = await build(first, OTHER_VERSION, {}, "artifacts/other");
    const before = await withUnzipped(released, join(first.root, "artifacts"));
    const after = await withUnzipped(renamed, join(first.root, "artifacts/other"));
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [path, content] of after)
      expect({ path, same: content === before.get(path) }).toEqual({ path, same: true });
  }, 180_000);
});

/**
 * All files and what the zips among them hold, with one version for both. The digests of what names its version differ,
 * as they must; they are blotted out where they are listed.
 */
async function withUnzipped(files: ReadonlyMap<string, Buffer>, folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const underscored = (version: string): string => version.replaceAll(".", "_");
  const withOneVersion = (text: string): string =>
    text.replaceAll(OTHER_VERSION, VERSION).replaceAll(underscored(OTHER_VERSION), underscored(VERSION));
  const add = (path: string, content: Buffer): void => {
    const text = withOneVersion(content.toString("latin1"));
    const isList = /\.(?:json|html)$/.test(path) && !path.includes("/tasks/");
    texts.set(
      withOneVersion(path),
      isList ? withoutZipSizes(text.replace(/\b[0-9a-f]{64}\b|(?<=urn:uuid:)[0-9a-f-]{36}/g, "a digest")) : text,
    );
  };
  for (const [name, content] of files) {
    if (!name.endsWith(".zip")) add(name, content);
    else for (const [path, entry] of await readZip(join(folder, name))) add(`${name}/${path}`, entry.content);
  }
  return texts;
}

/** How well the zips themselves compress depends on the version's digits. */
function withoutZipSizes(text: string): string {
  return text.replace(/("path": "[^"]*\.zip",\s*"sha256": "[^"]*",\s*"bytes": )\d+/g, "$1some");
}

/** The example in a git repository of its own: equal content gives an equal commit. */
async function committedClient(root: string): Promise<InstalledClient> {
  const client = await installClient(EXAMPLE, { manager: "npm", root });
  const date = "2026-01-02T03:04:05Z";
  const who = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@b" };
  const options = { cwd: root, env: { ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } };
  await mustRun("git", ["init", "--quiet"], options);
  await mustRun("git", ["add", "--all"], options);
  await mustRun("git", ["commit", "--quiet", "--message", "the example"], options);
  // Compiled once for all tests: what a compiler makes of it is no question here.
  await cp(join(EXAMPLE, "dist"), join(root, "dist"), { recursive: true });
  return client;
}

async function build(
  client: InstalledClient,
  version: string,
  options: Partial<RunOptions> = {},
  out = "artifacts",
): Promise<Map<string, Buffer>> {
  const { code, stderr } = await client.cli([...BUILD, version, "--out", out], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const names = (await readdir(join(client.root, out))).sort();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(client.root, out, name))] as [string, Buffer]),
    ),
  );
}

function expectEqualFiles(files: ReadonlyMap<string, Buffer>, others: ReadonlyMap<string, Buffer>): void {
  expect([...files.keys()]).toEqual([...others.keys()]);
  for (const [name, content] of files) {
    const equal = others.get(name)?.equals(content);
    expect({ name, equal }).toEqual({ name, equal: true });
  }
}
