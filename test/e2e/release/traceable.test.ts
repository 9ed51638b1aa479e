/** Builds that can be traced to a commit and built again, by the command line as it is used. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ReleaseManifest, ReleaseResult } from "../../../src/build.js";
import type { ArtifactManifest } from "../../../src/model/artifact.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders } from "../../helpers/folders.js";
import { commitAll, git } from "../../helpers/git.js";
import { readZip } from "../../helpers/packed-zip.js";

const MODULE = "dist/workflows/a.js";
let repo: ClientRepo;
beforeAll(() => {
  // dist is a source here: it is what the test changes.
  repo = clientRepo({ [MODULE]: chainModule("flow", ["A"]), ".gitignore": "node_modules/\n" });
  commitAll(repo.root);
});
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

const build = (parameters: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  dkistCoreJson<ReleaseResult | null>(["build", "--airflow", "none", ...parameters], { cwd: repo.root, env });
const codes = ({ document }: Awaited<ReturnType<typeof build>>): string[] =>
  document.diagnostics.map(({ code }) => code);
const manifest = (version: string): ReleaseManifest =>
  JSON.parse(readFileSync(repo.file(`artifacts/client_${version}.json`), "utf8")) as ReleaseManifest;

describe("a release", () => {
  it("is built from what is committed, as often as one likes, whatever our commands have written", async () => {
    expect(codes(await build(["--version", "1.0.0"]))).toEqual([]);
    await dkistCore(["export-dags", "--version", "1.0.0"], { cwd: repo.root });
    const again = await build(["--version", "1.0.0"]);
    expect([again.exitCode, codes(again)]).toEqual([0, []]);
    expect(manifest("1.0.0")).toMatchObject({ gitCommit: git(repo.root, "rev-parse", "HEAD").trim(), gitDirty: false });
  });

  it("says in each of its zips what it is", async () => {
    const code = await readZip(repo.file("artifacts/client_1.0.0_code.zip"));
    const dags = await readZip(repo.file("artifacts/client_1.0.0_workflows.zip"));
    const { workflows, bundles, gitCommit, notifier } = manifest("1.0.0");
    for (const entry of [code.get("client_1.0.0/manifest.json"), dags.get("client_1.0.0.manifest.json")]) {
      const inside = JSON.parse(String(entry?.content)) as ArtifactManifest;
      expect(inside).toMatchObject({ workflows, bundles, gitCommit, notifier });
    }
    const sbom = JSON.parse(String(code.get("client_1.0.0/sbom.cdx.json")?.content)) as {
      components: { name: string }[];
    };
    expect(sbom.components.map(({ name }) => name)).toEqual(["amqplib", "dkist-processing-core"]);
  });

  it.each([
    ["a changed file", MODULE, chainModule("flow", ["A", "B"])],
    ["a new file", "new.txt", "new"],
  ])("is refused with %s, which is named, unless it is allowed", async (_, name, content) => {
    writeFileSync(repo.file(name), content);
    try {
      const { exitCode, stderr } = await dkistCore(["build", "--airflow", "none", "--version", "1.1.0"], {
        cwd: repo.root,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`UNCOMMITTED_CHANGES  the client repo differs from its commit: ${name}\n`);
      expect(stderr).toContain("--allow-dirty");
      expect((await build(["--version", "1.1.0", "--allow-dirty"])).exitCode).toBe(0);
      expect(manifest("1.1.0").gitDirty).toBe(true);
      // dev is no release.
      expect(codes(await build([]))).toEqual([]);
    } finally {
      git(repo.root, "checkout", "--quiet", ".");
      git(repo.root, "clean", "-fdq", "--exclude=artifacts");
      rmSync(repo.file("artifacts/client_1.1.0.json"));
    }
  });

  it("is refused from another commit under the same version", async () => {
    git(repo.root, "commit", "--quiet", "--allow-empty", "--message", "another");
    const { exitCode, document } = await build(["--version", "1.0.0"]);
    expect(exitCode).toBe(2);
    expect(document.diagnostics).toMatchObject([
      { code: "RELEASE_EXISTS", message: expect.stringMatching(/from another commit: [0-9a-f]{7}, now [0-9a-f]{7}$/) },
    ]);
    expect((await build(["--version", "1.0.0", "--force"])).exitCode).toBe(0);
  });

  it("outside git is made with a warning, dev without", async () => {
    const outside = clientRepo({ [MODULE]: chainModule("flow", ["A"]) });
    const run = (...parameters: string[]) =>
      dkistCoreJson<ReleaseResult>(["build", "--airflow", "none", ...parameters], { cwd: outside.root });
    const { exitCode, document } = await run("--version", "1");
    expect([exitCode, document.ok]).toEqual([0, true]);
    expect(document.diagnostics).toMatchObject([
      { severity: "warning", code: "NO_COMMIT", message: expect.stringContaining("no git repository") },
    ]);
    expect((await run()).document.diagnostics).toEqual([]);
    outside.remove();
  });
});

describe("SOURCE_DATE_EPOCH", () => {
  const ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "Asia/Kathmandu"];

  it("gives the same bytes in every time zone, with that date in them; without it no date is", async () => {
    const digests: Record<string, string>[] = [];
    for (const TZ of ZONES) {
      // At this second it is still 1979 west of Greenwich, which no zip can say.
      const { document } = await build(["--force"], { TZ, SOURCE_DATE_EPOCH: "315532800" });
      digests.push(digestsOf(document.result));
    }
    expect(digests).toEqual(ZONES.map(() => digests[0]));
    const dated = digestsOf((await build(["--force"], { SOURCE_DATE_EPOCH: "1767323045" })).document.result);
    const zip = await readZip(repo.file("artifacts/client_dev_code.zip"));
    expect(String(zip.get("client_dev/sbom.cdx.json")?.content)).toContain('"timestamp": "2026-01-02T03:04:05.000Z"');
    const bare = [];
    for (const TZ of ZONES.slice(0, 2)) bare.push(digestsOf((await build(["--force"], { TZ })).document.result));
    expect(bare[0]).toEqual(bare[1]);
    expect(new Set([digests[0], dated, bare[0]].map((one) => JSON.stringify(one))).size).toBe(3);
  }, 180_000);

  it("that is no such date is refused before anything is done, and minds nobody who records none", async () => {
    const env = { SOURCE_DATE_EPOCH: "yesterday" };
    const refused = await build(["--version", "2.0.0"], env);
    expect([refused.exitCode, codes(refused)]).toEqual([2, ["BAD_USAGE"]]);
    expect(refused.document.diagnostics[0]?.hint).toContain("315532800 (1980)");
    expect((await dkistCore(["list"], { cwd: repo.root, env })).exitCode).toBe(0);
  });
});

function digestsOf(result: ReleaseResult | null): Record<string, string> {
  return Object.fromEntries(
    (result?.artifacts ?? []).map(({ path: name }) => {
      const content = readFileSync(path.join(repo.root, name));
      return [name, createHash("sha256").update(content).digest("hex")];
    }),
  );
}
