import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
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
    const { code, stdout } = await client.cli(["export-dags", "--version", "1.2.3", "--json"]);
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
    const { code, stdout } = await client.cli(["build", "--version", "1.2.3", "--airflow", "none", "--json"]);
    const { result } = JSON.parse(stdout) as { result: { artifacts: { path: string }[]; manifest: string } };
    expect({ code, artifacts: result.artifacts.map(({ path }) => path) }).toEqual({
      code: 0,
      artifacts: [`artifacts/${NAME}_1.2.3_code.zip`, `artifacts/${NAME}_1.2.3_workflows.zip`],
    });
    const workflows = await readZip(join(client.root, `artifacts/${NAME}_1.2.3_workflows.zip`));
    expect([...workflows.keys()].filter((file) => file.endsWith(".py"))).toHaveLength(27);
  });
});

describe("the same commit", () => {
  let first: InstalledClient;
  let released: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    first = await committedClient(join(await temporaryFolder("first"), NAME));
    released = await build(first, "1.0.0");
  }, 300_000);

  test("is released with its commit", () => {
    const { gitCommit, gitDirty } = JSON.parse(String(released.get(`${NAME}_1.0.0.json`))) as Record<string, unknown>;
    expect({ gitCommit, gitDirty }).toEqual({ gitCommit: expect.stringMatching(/^[0-9a-f]{40}$/), gitDirty: false });
  });

  test("gives equal bytes in another folder, time zone and umask", async () => {
    const folder = join(await temporaryFolder("second"), "a path", "that is", "much-deeper", "and", "hat-Ümläute");
    const second = await committedClient(folder);
    const again = await build(second, "1.0.0", { umask: "077", env: { TZ: "Pacific/Auckland", LC_ALL: "C" } });
    expectEqualFiles(again, released);
  }, 120_000);

  test("gives equal bytes with the library linked instead of installed", async () => {
    await linkLibrary(first);
    expectEqualFiles(await build(first, "1.0.0", {}, "linked"), released);
  }, 120_000);

  test("differs in another version by the version alone", async () => {
    const renamed = await build(first, "99.88.77", {}, "other");
    expect([...renamed.keys()].map(withVersion)).toEqual([...released.keys()]);
    for (const kind of ["code", "workflows"]) {
      const before = await unzipped(released, `${NAME}_1.0.0_${kind}.zip`);
      const after = await unzipped(renamed, `${NAME}_99.88.77_${kind}.zip`);
      expect([...after.keys()].map(withVersion).sort()).toEqual([...before.keys()].sort());
      for (const [path, content] of after) {
        // The digests of what holds the version follow from it; everything else is the version itself.
        if (path.endsWith("manifest.json")) continue;
        const same = withVersion(content) === before.get(withVersion(path));
        expect({ path, same }).toEqual({ path, same: true });
      }
    }
  }, 120_000);

  async function unzipped(files: ReadonlyMap<string, Buffer>, name: string): Promise<Map<string, string>> {
    expect(files.has(name)).toBe(true);
    const folder = join(first.root, name.includes("99.88.77") ? "other" : "artifacts");
    const entries = await readZip(join(folder, name));
    return new Map([...entries].map(([path, { content }]) => [path, content.toString("latin1")]));
  }
});

function withVersion(text: string): string {
  return text.replaceAll("99.88.77", "1.0.0");
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
  await compile(client);
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
