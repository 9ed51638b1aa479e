import { afterEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { deployRelease, verifyRelease, type DeployOptions, type DeployResult, type Outcome } from "../../src/build.js";
import { temporaryName } from "../../src/disk/temporary-name.js";
import { sha256 } from "../../src/model/digest.js";
import { removeFolders, tempFolder, writeTree, type Tree } from "../helpers/folders.js";
import { smallRelease, type SmallContent, type SmallRelease } from "../helpers/small-release.js";

afterEach(removeFolders);

interface Host {
  readonly mount: string;
  readonly dags: string;
  readonly deploy: (release: SmallRelease, options?: Partial<DeployOptions>) => Promise<Outcome<DeployResult>>;
}

async function host(): Promise<Host> {
  const [mount, dags] = [await tempFolder(), await tempFolder()];
  return {
    mount,
    dags,
    deploy: ({ manifest }, options = {}) =>
      deployRelease({ release: manifest, codeMounts: [mount], dags, env: {}, ...options }),
  };
}

async function build(content: SmallContent = {}): Promise<SmallRelease> {
  return smallRelease(await tempFolder(), content);
}

/** Everything below a folder: mode and content of each. */
async function snapshot(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const described = await Promise.all(
    entries.map(async (entry): Promise<[string, string]> => {
      const file = path.join(entry.parentPath, entry.name);
      const mode = ((await lstat(file)).mode & 0o777).toString(8);
      return [path.relative(folder, file), `${mode} ${entry.isFile() ? sha256(await readFile(file)) : "folder"}`];
    }),
  );
  return Object.fromEntries(described.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const steps = ({ result }: Outcome<DeployResult>): string[] =>
  (result?.steps ?? []).map(({ action, path: file }) => `${action} ${path.basename(file)}`);
const visible = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
/** Runs them as an operator does. */
const run = (commands: readonly string[]): void => {
  for (const command of commands) execFileSync("sh", ["-ec", command]);
};

describe("deploy", () => {
  it("puts the code and the DAG files in place, for everyone to read, and leaves nothing else", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const umask = process.umask(0o077);
    const outcome = await deploy(release).finally(() => process.umask(umask));
    expect(outcome).toMatchObject({ ok: true, diagnostics: [] });
    expect(steps(outcome)).toEqual([
      "new vbi_1.4.0",
      "new l0_1_4_0.py",
      "new quick_look_1_4_0.py",
      "new vbi_1.4.0.release.json",
      "new vbi_1.4.0.manifest.json",
    ]);
    expect(await readdir(mount)).toEqual(["vbi_1.4.0"]);
    expect((await readdir(dags)).sort()).toEqual([
      ...release.dagFiles,
      "vbi_1.4.0.manifest.json",
      "vbi_1.4.0.release.json",
    ]);
    for (const described of Object.values(await snapshot(mount)))
      expect(described).toMatch(/^(755 folder|[67](44|55) \w{64})$/);
    expect(statSync(path.join(mount, "vbi_1.4.0/tasks/Dark/tool")).mode & 0o777).toBe(0o755);
    expect(statSync(path.join(dags, "l0_1_4_0.py")).mode & 0o777).toBe(0o644);
    for (const target of [path.join(mount, "vbi_1.4.0"), path.join(dags, "vbi_1.4.0.manifest.json")]) {
      expect(await verifyRelease({ path: target })).toMatchObject({
        diagnostics: [],
        result: { gitCommit: "3f2c1ab".padEnd(40, "0") },
      });
    }
  });

  it("changes nothing when it is run again", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    await deploy(release);
    const before = [await snapshot(mount), await snapshot(dags), statSync(mount).mtimeMs, statSync(dags).mtimeMs];
    const { ok, result } = await deploy(release);
    expect([ok, result?.counts, result?.takeBack]).toEqual([true, { same: 5 }, []]);
    expect([await snapshot(mount), await snapshot(dags), statSync(mount).mtimeMs, statSync(dags).mtimeMs]).toEqual(
      before,
    );
  });

  it("puts versions side by side", async () => {
    const { mount, dags, deploy } = await host();
    for (const version of ["1.4.0", "1.5.0"]) expect((await deploy(await build({ version }))).ok).toBe(true);
    expect(await visible(mount)).toEqual(["vbi_1.4.0", "vbi_1.5.0"]);
    expect(await visible(dags)).toHaveLength(8);
  });

  it("only says what it would do with dryRun", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const { ok, result } = await deploy(release, { dryRun: true });
    expect([ok, result?.counts, result?.takeBack]).toEqual([true, { new: 5 }, []]);
    expect([await readdir(mount), await readdir(dags)]).toEqual([[], []]);
  });

  it.each([
    ["files", "1.4.0"],
    ["zip", "1.4.0"],
    ["files", "dev"],
    ["zip", "dev"],
  ] as const)("as %s can be taken back, version %s, by the commands that it names", async (dagsAs, version) => {
    const { mount, dags, deploy } = await host();
    await deploy(await build({ version: "1.3.0" }), { dagsAs });
    if (version === "dev") await deploy(await build({ version, workflows: ["l0", "old"] }), { dagsAs });
    const before = [await snapshot(mount), await snapshot(dags)];
    const second = await deploy(await build({ version, build: "second" }), { dagsAs });
    expect(second.ok).toBe(true);
    expect([await snapshot(mount), await snapshot(dags)]).not.toEqual(before);
    run(second.result?.takeBack ?? []);
    for (const folder of [mount, dags])
      rmSync(path.join(folder, ".dkist-core-trash"), { recursive: true, force: true });
    expect([await snapshot(mount), withoutTrash(await snapshot(dags))]).toEqual(before.map(withoutTrash));
  });

  it("takes its commands back in folders with odd names", async () => {
    const [mount, dags] = [await tempFolder({}, "it's $(touch pwned)"), await tempFolder({}, 'a "b" c')];
    const { manifest } = await build();
    const { result } = await deployRelease({ release: manifest, codeMounts: [mount], dags, env: {} });
    run(result?.takeBack ?? []);
    expect([await readdir(mount), await readdir(dags)]).toEqual([[], []]);
  });
});

function withoutTrash(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !name.startsWith(".dkist-core-trash")));
}

describe("a version that is there", () => {
  it("with other content is refused, and nothing has changed", async () => {
    const { mount, dags, deploy } = await host();
    await deploy(await build());
    const before = [await snapshot(mount), await snapshot(dags)];
    const { ok, diagnostics, result } = await deploy(await build({ build: "second" }));
    expect(ok).toBe(false);
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["VERSION_TAKEN"]));
    expect(result?.counts.refuse).toBeGreaterThan(1);
    expect([await snapshot(mount), await snapshot(dags)]).toEqual(before);
  });

  it("as dev is replaced: what was there is kept, and what the new build no longer has is gone", async () => {
    const { mount, dags, deploy } = await host();
    await deploy(await build({ version: "dev", workflows: ["l0", "old"] }));
    const code = withoutTrash(await snapshot(mount));
    const outcome = await deploy(await build({ version: "dev", workflows: ["l0", "new"], build: "second" }));
    expect(steps(outcome)).toEqual([
      "replace vbi_dev",
      "replace l0_dev.py",
      "new new_dev.py",
      "remove old_dev.py",
      "replace vbi_dev.release.json",
      "replace vbi_dev.manifest.json",
    ]);
    expect(await visible(dags)).toEqual(["l0_dev.py", "new_dev.py", "vbi_dev.manifest.json", "vbi_dev.release.json"]);
    expect(readFileSync(path.join(dags, "l0_dev.py"), "utf8")).toContain("# end of second");
    const kept = outcome.result?.kept ?? [];
    expect(kept.map(({ path: file }) => path.basename(file)).sort()).toEqual([
      "l0_dev.py",
      "old_dev.py",
      "vbi_dev",
      "vbi_dev.manifest.json",
      "vbi_dev.release.json",
    ]);
    const trash = kept.find(({ path: file }) => path.basename(file) === "vbi_dev")?.trash ?? "";
    expect(
      Object.fromEntries(
        Object.entries(code)
          .filter(([name]) => name !== "vbi_dev")
          .map(([name, is]) => [name.replace(/^vbi_dev\//, ""), is]),
      ),
    ).toEqual(await snapshot(trash));
  });

  it("is restored where it was damaged, and the damaged files are kept", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    await deploy(release);
    const before = [await snapshot(mount), await snapshot(dags)];
    appendFileSync(path.join(mount, "vbi_1.4.0/tasks/Dark/run.js"), "x");
    writeFileSync(path.join(dags, "l0_1_4_0.py"), "# edited here");
    rmSync(path.join(dags, "quick_look_1_4_0.py"));
    const outcome = await deploy(release);
    expect(steps(outcome)).toEqual([
      "restore vbi_1.4.0",
      "restore l0_1_4_0.py",
      "new quick_look_1_4_0.py",
      "same vbi_1.4.0.release.json",
      "same vbi_1.4.0.manifest.json",
    ]);
    expect([await snapshot(mount), await snapshot(dags)].map(withoutTrash)).toEqual(before);
    const edited = outcome.result?.kept.find(({ path: file }) => file.endsWith(".py"))?.trash ?? "";
    expect(readFileSync(edited, "utf8")).toBe("# edited here");
  });

  it("is put into an empty folder of its name", async () => {
    const [{ mount, deploy }, release] = [await host(), await build()];
    await mkdir(path.join(mount, "vbi_1.4.0"));
    expect((await deploy(release)).ok).toBe(true);
    expect(await verifyRelease({ path: path.join(mount, "vbi_1.4.0") })).toMatchObject({ diagnostics: [] });
  });

  const inTheWay: [string, Tree][] = [
    ["a file", { "vbi_1.4.0": "x" }],
    ["a folder of something else", { "vbi_1.4.0/x.js": "x" }],
    ["a link", { "vbi_1.4.0": { link: "/tmp" } }],
  ];
  it.each(inTheWay)("is refused where %s has its name", async (_, tree) => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    await writeTree(mount, tree);
    const before = await snapshot(mount);
    const { ok, diagnostics } = await deploy(release);
    expect([ok, diagnostics.map(({ code }) => code)]).toEqual([false, ["VERSION_TAKEN"]]);
    expect([await snapshot(mount), await readdir(dags)]).toEqual([before, []]);
  });

  it("lies as it does already, as files or as a zip", async () => {
    const [{ dags, deploy }, release] = [await host(), await build()];
    await deploy(release, { dagsAs: "zip" });
    expect(await visible(dags)).toEqual(["vbi_1.4.0.release.json", "vbi_1.4.0_workflows.zip"]);
    expect((await deploy(release)).result?.counts).toEqual({ same: 3 });
    expect((await deploy(release, { dagsAs: "files" })).diagnostics.map(({ code }) => code)).toEqual(["VERSION_TAKEN"]);
    rmSync(path.join(dags, "vbi_1.4.0_workflows.zip"));
    await deploy(release, { dagsAs: "files" });
    expect((await deploy(release, { dagsAs: "zip" })).diagnostics.map(({ code }) => code)).toEqual(["VERSION_TAKEN"]);
  });

  it("of a dev zip is replaced whole", async () => {
    const { dags, deploy } = await host();
    await deploy(await build({ version: "dev" }), { dagsAs: "zip" });
    const second = await build({ version: "dev", build: "second" });
    expect((await deploy(second)).result?.counts).toEqual({ replace: 3 });
    expect(sha256(readFileSync(path.join(dags, "vbi_dev_workflows.zip")))).toBe(
      sha256(readFileSync(second.workflowZip)),
    );
  });
});

describe("a DAG file of another release", () => {
  it.each(["files", "zip"] as const)(
    "is never overwritten, where it lies as %s; nothing at all is changed",
    async (dagsAs) => {
      const { mount, dags, deploy } = await host();
      await deploy(await build({ name: "other", workflows: ["l0"] }), { dagsAs });
      const before = [await snapshot(mount), await snapshot(dags)];
      for (const form of ["files", "zip"] as const) {
        const { ok, diagnostics } = await deploy(await build(), { dagsAs: form });
        expect([ok, diagnostics]).toEqual([
          false,
          [expect.objectContaining({ code: "DAG_TAKEN", message: "the DAG file l0_1_4_0.py belongs to other_1.4.0" })],
        ]);
      }
      expect([await snapshot(mount), await snapshot(dags)]).toEqual(before);
    },
  );

  it("is not taken for ours because it has our name, nor one that is nobody's", async () => {
    const { dags, deploy } = await host();
    await writeTree(dags, { "l0_1_4_0.py": 'RELEASE = "vbi_1.4"\n', "quick_look_1_4_0.py": "# mine\n" });
    const { diagnostics } = await deploy(await build());
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "the DAG file l0_1_4_0.py belongs to vbi_1.4",
      "the DAG file quick_look_1_4_0.py is of no release that deploy knows",
    ]);
  });
});

describe("where to", () => {
  it("may be one half, or several mounts, or as CODE_MOUNT says", async () => {
    const [{ mount, dags }, release, second] = [await host(), await build(), await tempFolder()];
    const only = { release: release.manifest, env: {} };
    expect(steps(await deployRelease({ ...only, codeMounts: [mount, second, mount] }))).toEqual([
      "new vbi_1.4.0",
      "new vbi_1.4.0",
    ]);
    expect(steps(await deployRelease({ ...only, dags }))).toHaveLength(4);
    const { result } = await deployRelease({ ...only, dags, env: { CODE_MOUNT: mount } });
    expect([result?.codeMounts, result?.codeMountsFromEnvironment, result?.counts]).toEqual([
      [mount],
      true,
      { same: 5 },
    ]);
    // A flag wins, and an empty variable is not set.
    const flag = await deployRelease({ ...only, codeMounts: [second], env: { CODE_MOUNT: mount } });
    expect([flag.result?.codeMounts, flag.result?.codeMountsFromEnvironment]).toEqual([[second], false]);
    expect((await deployRelease({ ...only, dags, env: { CODE_MOUNT: "" } })).result?.codeMounts).toEqual([]);
  });

  it.each([
    ["nothing is said", {}],
    ["a mount is not there", { codeMounts: ["/nowhere/code"] }],
    ["the DAGs folder is not there", { dags: "/nowhere/dags" }],
    ["a mount is a file", { codeMounts: ["/etc/passwd"] }],
    ["CODE_MOUNT is not there", { env: { CODE_MOUNT: "/nowhere/code" } }],
  ])("is asked for when %s: nothing is made on a guess", async (_, where) => {
    const { manifest } = await build();
    await expect(deployRelease({ release: manifest, env: {}, ...where })).rejects.toMatchObject({ code: "BAD_USAGE" });
  });
});

describe("a release that is not whole", () => {
  it("is not deployed: a mix of two builds", async () => {
    const [{ mount, dags, deploy }, ours, other] = [await host(), await build(), await build({ build: "second" })];
    await copyFile(other.codeZip, ours.codeZip);
    const { ok, diagnostics, result } = await deploy(ours);
    expect([ok, result, diagnostics[0]?.code]).toEqual([false, null, "RELEASE_MIXED"]);
    expect([await readdir(mount), await readdir(dags)]).toEqual([[], []]);
  });

  it.each(["codeZip", "workflowZip"] as const)(
    "is not deployed when its %s changes after it was verified",
    async (zip) => {
      const [{ mount, dags, deploy }, ours, other] = [await host(), await build(), await build({ build: "second" })];
      const swap = (stage: string): void => {
        if (stage === "unpack") writeFileSync(ours[zip], readFileSync(other[zip]));
      };
      const deploying = deploy(ours, { progress: { start: swap, done: () => undefined } });
      await expect(deploying).rejects.toMatchObject({
        code: "BAD_ARTIFACT",
        message: expect.stringContaining("was changed"),
      });
      expect([await readdir(mount), await readdir(dags)]).toEqual([[], []]);
    },
  );
});

describe("a deploy that does not come to its end", () => {
  it("leaves nothing when it is stopped before anything is in place", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const stop = new AbortController();
    const abort = (stage: string): void => {
      if (stage === "unpack") stop.abort("SIGINT");
    };
    const deploying = deploy(release, { stop: stop.signal, progress: { start: abort, done: () => undefined } });
    await expect(deploying).rejects.toMatchObject({ message: expect.stringContaining("nothing has changed") });
    expect([await readdir(mount), await readdir(dags)]).toEqual([[], []]);
  });

  it("says what is in place when a later part cannot be", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const block = (stage: string): void => {
      // A folder in a DAG file's place, after the plan and before its rename.
      if (stage === "dags") execFileSync("mkdir", [path.join(dags, "l0_1_4_0.py")]);
    };
    const deploying = deploy(release, { progress: { start: block, done: () => undefined } });
    await expect(deploying).rejects.toMatchObject({
      code: "WRITE_FAILED",
      message: expect.stringContaining(`in place already: ${path.join(mount, "vbi_1.4.0")}`),
    });
    expect((await readdir(dags)).filter((name) => name.startsWith("."))).toEqual([]);
    rmSync(path.join(dags, "l0_1_4_0.py"), { recursive: true });
    expect((await deploy(release)).result?.counts).toEqual({ same: 1, new: 4 });
  });

  it("has what it left removed by the next one, unless somebody may still be at work", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const dead = execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();
    const ours = temporaryName("vbi_1.3.0");
    const ofDead = ours.replace(`-${process.pid}-`, `-${dead}-`);
    const elsewhere = ofDead.replace(/\.[0-9a-f]{8}-/, ".0123abcd-");
    const old = elsewhere.replace("0123abcd", "4567abcd");
    await writeTree(mount, {
      [`${ours}/x`]: "",
      [`${ofDead}/x`]: "",
      [`${elsewhere}/x`]: "",
      [`${old}/x`]: "",
      ".mine.tmp": "",
    });
    await writeTree(dags, { [ofDead]: "" });
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(path.join(mount, old), twoDaysAgo, twoDaysAgo);
    const { result } = await deploy(release);
    expect(result?.removedLeftovers.toSorted()).toEqual(
      [path.join(mount, ofDead), path.join(mount, old), path.join(dags, ofDead)].toSorted(),
    );
    expect((await readdir(mount)).sort()).toEqual([ours, elsewhere, ".mine.tmp", "vbi_1.4.0"].sort());
  });
});

describe("several at once", () => {
  it("of one version all end right", async () => {
    const [{ mount, dags, deploy }, release] = [await host(), await build()];
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => deploy(release)));
    expect(outcomes.map(({ ok }) => ok)).toEqual(Array.from({ length: 8 }, () => true));
    expect(await readdir(mount)).toEqual(["vbi_1.4.0"]);
    expect(await readdir(dags)).toHaveLength(4);
    expect((await deploy(release)).result?.counts).toEqual({ same: 5 });
  });

  it("of different builds of dev end with one of them, or say that they were overtaken", async () => {
    const { mount, dags, deploy } = await host();
    const builds = await Promise.all(["1", "2", "3"].map((name) => build({ version: "dev", build: name })));
    const ended = await Promise.allSettled(builds.map((one) => deploy(one)));
    for (const end of ended) {
      if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "WRITE_FAILED" });
    }
    const last = builds[1] ?? (await build());
    await deploy(last);
    expect((await deploy(last)).result?.counts).toEqual({ same: 5 });
    expect(await visible(mount)).toEqual(["vbi_dev"]);
    expect(await visible(dags)).toHaveLength(4);
  });

  it("of one version with other content: one is there, whole, the other is told", async () => {
    const { mount, deploy } = await host();
    const builds = await Promise.all(["1", "2"].map((name) => build({ build: name })));
    const ended = await Promise.allSettled(builds.map((one) => deploy(one)));
    const good = ended.filter((end) => end.status === "fulfilled" && end.value.ok);
    expect(good).toHaveLength(1);
    expect(await verifyRelease({ path: path.join(mount, "vbi_1.4.0") })).toMatchObject({ ok: true });
  });
});
