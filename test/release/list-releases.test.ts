import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { deployRelease, listReleases } from "../../src/build.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";
import { smallRelease, type SmallContent, type SmallRelease } from "../helpers/small-release.js";

let mount: string;
let dags: string;
beforeEach(async () => {
  [mount, dags] = [await tempFolder(), await tempFolder()];
});
afterEach(removeFolders);

async function deployed(
  content: SmallContent = {},
  where: object = { codeMounts: [mount], dags },
): Promise<SmallRelease> {
  const release = await smallRelease(await tempFolder(), content);
  const { ok } = await deployRelease({ release: release.manifest, env: {}, ...where });
  expect(ok).toBe(true);
  return release;
}

async function listed(where: object = { codeMounts: [mount], dags }) {
  const { ok, diagnostics, result } = await listReleases({ env: {}, ...where });
  return {
    ok,
    codes: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    releases: (result?.releases ?? []).map(({ release, code, dags }) => {
      return [release, ...code.map(({ state }) => state), dags === null ? "-" : `${dags.state} ${dags.as ?? "-"}`].join(
        " ",
      );
    }),
    result,
  };
}

describe("listReleases", () => {
  it("sorts by name, then by version as people read it", async () => {
    for (const version of ["1.10.0", "dev", "1.9.0"]) await deployed({ version });
    await deployed({ name: "cryo", workflows: ["other"] }, { codeMounts: [mount], dags, dagsAs: "zip" });
    expect(await listed()).toMatchObject({
      ok: true,
      codes: [],
      releases: [
        "cryo_1.4.0 whole whole zip",
        "vbi_1.9.0 whole whole files",
        "vbi_1.10.0 whole whole files",
        "vbi_dev whole whole files",
      ],
    });
  });

  it("knows commit and DAG ids wherever one half is that deploy has put there", async () => {
    await deployed({}, { codeMounts: [mount] });
    await deployed({ version: "1.5.0" }, { dags });
    const commit = "3f2c1ab".padEnd(40, "0");
    expect((await listed({ codeMounts: [mount] })).result?.releases).toMatchObject([
      {
        release: "vbi_1.4.0",
        name: "vbi",
        version: "1.4.0",
        gitCommit: commit,
        gitDirty: false,
        dagIds: ["l0_1.4.0", "quick.look_1.4.0"],
        dags: null,
      },
    ]);
    expect((await listed({ dags })).result?.releases).toMatchObject([
      { release: "vbi_1.5.0", gitCommit: commit, code: [] },
    ]);
  });

  it("does not know them of what was unpacked by hand, but whether it is whole", async () => {
    const { codeZip, workflowZip } = await smallRelease(await tempFolder());
    execFileSync("unzip", ["-q", codeZip, "-d", mount]);
    await copyFile(workflowZip, path.join(dags, "vbi_1.4.0_workflows.zip"));
    const { ok, releases, result } = await listed();
    expect([ok, releases]).toEqual([true, ["vbi_1.4.0 whole whole zip"]]);
    expect(result?.releases[0]).toMatchObject({ gitCommit: null, dagIds: null });
  });

  const table: [string, () => Promise<unknown>, string[], string[], boolean][] = [
    [
      "code without DAG files",
      () => deployed({}, { codeMounts: [mount] }),
      ["vbi_1.4.0 whole absent -"],
      ["warning RELEASE_INCOMPLETE"],
      true,
    ],
    [
      "DAG files without code",
      () => deployed({}, { dags }),
      ["vbi_1.4.0 absent whole files"],
      ["error RELEASE_INCOMPLETE"],
      false,
    ],
    [
      "DAG files without a manifest",
      async () => {
        await deployed();
        await rm(path.join(dags, "vbi_1.4.0.manifest.json"));
      },
      ["vbi_1.4.0 whole unchecked files"],
      ["warning RELEASE_INCOMPLETE"],
      true,
    ],
    [
      "DAG files both as files and in a zip",
      async () => {
        const { workflowZip } = await deployed();
        await copyFile(workflowZip, path.join(dags, "vbi_1.4.0_workflows.zip"));
      },
      ["vbi_1.4.0 whole broken files"],
      ["error RELEASE_MIXED"],
      false,
    ],
    [
      "a deploy of dev that was killed between its halves",
      async () => {
        await deployed({ version: "dev" });
        await deployed({ version: "dev", build: "second" }, { codeMounts: [mount] });
      },
      ["vbi_dev broken whole files"],
      ["error RELEASE_MIXED", "error RELEASE_MIXED"],
      false,
    ],
    [
      "a zip that was cut off",
      async () => {
        const { workflowZip } = await deployed({}, { codeMounts: [mount], dags, dagsAs: "zip" });
        await writeFile(path.join(dags, path.basename(workflowZip)), "PK");
      },
      ["vbi_1.4.0 whole broken zip"],
      ["error DAMAGED"],
      false,
    ],
    [
      "a manifest that is none",
      async () => {
        await deployed();
        await writeFile(path.join(dags, "vbi_1.4.0.manifest.json"), "{");
      },
      ["vbi_1.4.0 whole broken files"],
      ["error BAD_MANIFEST", "warning RELEASE_INCOMPLETE"],
      false,
    ],
    [
      "a folder that has another's name",
      async () => {
        await deployed();
        await rename(path.join(mount, "vbi_1.4.0"), path.join(mount, "vbi_1.5.0"));
      },
      ["vbi_1.4.0 absent whole files", "vbi_1.5.0 broken absent -"],
      ["error RELEASE_INCOMPLETE", "error BAD_MANIFEST"],
      false,
    ],
  ];
  it.each(table)("tells of %s", async (_, make, releases, codes, ok) => {
    await make();
    const found = await listed();
    expect([found.releases.toSorted(), found.codes.toSorted(), found.ok]).toEqual([releases, codes.toSorted(), ok]);
  });

  it("passes over what is no release", async () => {
    await mkdir(path.join(mount, "other"));
    await writeFile(path.join(mount, "file"), "");
    await writeFile(path.join(dags, "mine.py"), "# mine");
    await writeFile(path.join(dags, "mine.zip"), "PK");
    expect(await listed()).toMatchObject({ ok: true, codes: [], releases: [] });
  });
});
