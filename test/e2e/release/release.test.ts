/** verify, deploy and releases as users run them, on a release that `build` has made, judged by real Airflows. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeployResult, ReleasesResult, VerifyResult } from "../../../src/build.js";
import { temporaryName } from "../../../src/disk/temporary-name.js";
import { loadWithAirflow } from "../../../src/validate/airflow-check.js";
import { AIRFLOW_VERSIONS, airflow } from "../../helpers/airflow.js";
import { dkistCore, dkistCoreJson, type CliResult } from "../../helpers/cli.js";
import { chainModule, clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { smallRelease } from "../../helpers/small-release.js";

let repo: ClientRepo;
beforeAll(async () => {
  repo = clientRepo({
    "dist/workflows/l0.js": chainModule("l0_to_l1_vbi", ["Transfer", "Dark"]),
    "dist/workflows/quick.js": chainModule("quick.look", ["Look"]),
  });
  execFileSync("git", ["init", "-q"], { cwd: repo.root });
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m", "first"], {
    cwd: repo.root,
  });
  for (const version of ["1.4.0", "1.5.0", "dev"]) await build(version, "artifacts");
  writeFileSync(repo.file("dist/workflows/more.js"), chainModule("more", ["More"]));
  for (const version of ["1.4.0", "dev"]) await build(version, "other");
}, 120_000);
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

async function build(version: string, out: string): Promise<void> {
  const options = ["--version", version, "--airflow", "none", "--allow-dirty", "--out", out];
  const { exitCode, stderr } = await dkistCore(["build", ...options], { cwd: repo.root });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
}

interface Host {
  readonly mount: string;
  readonly dags: string;
  /** `--code-mount` and `--dags`. */
  readonly where: readonly string[];
}

async function host(): Promise<Host> {
  const [mount, dags] = [await tempFolder(), await tempFolder()];
  return { mount, dags, where: ["--code-mount", mount, "--dags", dags] };
}

const cli = (...parameters: string[]): Promise<CliResult> =>
  dkistCore(parameters, { cwd: repo.root, env: { CODE_MOUNT: undefined } });
const manifest = (version: string): string => `artifacts/client_${version}.json`;

describe("build", () => {
  it("makes no release that deploy would refuse: assets that are one file on disks that mind no case or no form of accents", async () => {
    const client = clientRepo({
      "dist/workflows/l0.js": chainModule("l0", ["Dark"]),
      "assets/table.csv": "1",
      "assets/Table.csv": "2",
      "assets/caf\u00e9.csv": "3",
      "assets/cafe\u0301.csv": "4",
      ".dkist-corerc.json": JSON.stringify({ assets: ["assets/**"] }),
    });
    const { exitCode, document } = await dkistCoreJson(["build", "--airflow", "none"], { cwd: client.root });
    const artifacts = readdirSync(client.root).filter((name) => name === "artifacts");
    client.remove();
    expect([exitCode, document.diagnostics, artifacts]).toEqual([
      1,
      [
        expect.objectContaining({
          code: "UNSAFE_ENTRY",
          message: expect.stringMatching(/caf\u00e9\.csv" is the same file as ".*cafe\u0301\.csv".* accents written/),
        }),
        expect.objectContaining({
          code: "UNSAFE_ENTRY",
          message: expect.stringContaining(
            'assets/table.csv" is the same file as "client_dev/assets/assets/Table.csv"',
          ),
        }),
      ],
      [],
    ]);
  });
});

describe("verify", () => {
  it("says that a release is whole, and what was looked at", async () => {
    const { exitCode, stdout, stderr } = await cli("verify", manifest("1.4.0"));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^release client 1\.4\.0, git [0-9a-f]{7} \(dirty\)\n {2}code +artifacts\/client_1\.4\.0_code\.zip/,
    );
    expect(stderr).toMatch(/whole: nothing is wrong\n$/);
  });

  it("tells all that is wrong, on stderr and in the document, and ends with 1", async () => {
    const folder = await tempFolder();
    for (const name of readdirSync(repo.file("artifacts")))
      copyFileSync(repo.file(`artifacts/${name}`), path.join(folder, name));
    copyFileSync(path.join(folder, "client_1.5.0_code.zip"), path.join(folder, "client_1.4.0_code.zip"));
    rmSync(path.join(folder, "client_1.4.0_workflows.zip"));
    const target = path.join(folder, "client_1.4.0.json");
    const { exitCode, document, stderr } = await dkistCoreJson<VerifyResult>(["verify", target], { cwd: repo.root });
    expect(exitCode).toBe(1);
    expect(document.ok).toBe(false);
    expect(document.diagnostics.map(({ code }) => code)).toEqual(["RELEASE_MIXED", "RELEASE_MIXED", "FILE_MISSING"]);
    expect(document.result.kind).toBe("release");
    expect(stderr).toContain("3 errors");
    expect((await cli("verify", target)).stderr).toMatch(/not to be deployed or run: see above\n$/);
  });

  it.each([
    ["a path where nothing is", ["verify", "nowhere.json"], "nowhere.json"],
    ["no path", ["verify"], "error"],
    [
      "a limit that is none",
      ["verify", "artifacts/client_1.4.0.json", "--max-size", "many"],
      '--max-size cannot be "many"',
    ],
  ])("ends with 2 at %s", async (_, parameters, says) => {
    const { exitCode, stderr } = await cli(...parameters);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("deploy", () => {
  it("shows its plan, does it, says how to take it back, and has nothing to do then", async () => {
    const { mount, dags, where } = await host();
    const plan = await cli("deploy", manifest("1.4.0"), ...where, "--dry-run");
    const shown = (text: string): string =>
      text
        .replaceAll(mount, "/code")
        .replaceAll(dags, "/dags")
        .replace(/git [0-9a-f]{7} \(dirty\)/g, "git 3f2c1ab");
    const steps = (symbols: string): string =>
      [
        "code      /code/client_1.4.0",
        "dag       /dags/l0_to_l1_vbi_1_4_0.py",
        "dag       /dags/quick_look_1_4_0.py",
        "manifest  /dags/client_1.4.0.manifest.json",
      ]
        .map((line, index) => `  ${symbols[index] ?? ""} ${line}\n`)
        .join("") + "  + new  = already there  ~ replaced  ! damaged, restored  - removed  x refused\n";
    expect([plan.exitCode, shown(plan.stdout)]).toEqual([
      0,
      `${steps("++++")}4 new\nnothing was changed (--dry-run)\n`,
    ]);
    expect([readdirSync(mount), readdirSync(dags)]).toEqual([[], []]);

    const done = await cli("deploy", manifest("1.4.0"), ...where);
    expect([done.exitCode, shown(done.stdout)]).toEqual([
      0,
      `${steps("++++")}4 new\n` + "deployed client 1.4.0, git 3f2c1ab: code in /code, 2 DAG files in /dags\n",
    ]);
    expect(done.stderr).toMatch(/verify .*\n.*look .*\n.*unpack .*\n.*code .*\n.*dags .*\n/);
    expect(shown(done.stderr)).toContain(
      "to take it back, when none of its runs is under way:\n" +
        "  rm /dags/l0_to_l1_vbi_1_4_0.py /dags/quick_look_1_4_0.py /dags/client_1.4.0.manifest.json\n" +
        "  rm -r /code/client_1.4.0\n",
    );

    const again = await cli("deploy", manifest("1.4.0"), ...where);
    expect([again.exitCode, shown(again.stdout)]).toEqual([
      0,
      `${steps("====")}4 already there\nclient 1.4.0, git 3f2c1ab is in place already, whole\n`,
    ]);
  });

  it("gives one document with --json, with what was done", async () => {
    const { mount, dags, where } = await host();
    const { exitCode, document, stderr } = await dkistCoreJson<DeployResult>(["deploy", manifest("1.4.0"), ...where], {
      cwd: repo.root,
    });
    expect([exitCode, document.ok, document.diagnostics, stderr]).toEqual([0, true, [], ""]);
    expect(document.result).toMatchObject({
      name: "client",
      version: "1.4.0",
      dryRun: false,
      codeMounts: [mount],
      dags,
      dagsAs: "files",
      counts: { new: 4 },
      removedLeftovers: [],
      kept: [],
    });
  });

  it("puts code in place that runs as a task does on a worker", async () => {
    const { mount } = await host();
    await cli("deploy", manifest("1.4.0"), "--code-mount", mount);
    const program = path.join(mount, "client_1.4.0/tasks/Transfer/run.js");
    const said = execFileSync(
      process.execPath,
      [program, "--recipe-run-id", "7", "--workflow-name", "w", "--workflow-version", "v"],
      { encoding: "utf8" },
    );
    expect(said).toContain("Transfer ran");
  });

  it("takes CODE_MOUNT where no --code-mount is given, and says so", async () => {
    const { mount, dags } = await host();
    const env = { CODE_MOUNT: mount };
    const { stdout } = await dkistCore(["deploy", manifest("1.4.0"), "--dags", dags], { cwd: repo.root, env });
    expect(stdout).toContain(`code mount ${mount}, as CODE_MOUNT says\n`);
    expect(readdirSync(mount)).toEqual(["client_1.4.0"]);
  });

  it("refuses another build of a version that is there, with 1, and changes nothing", async () => {
    const { mount, where } = await host();
    await cli("deploy", manifest("1.4.0"), ...where);
    const before = readdirSync(mount, { recursive: true });
    const { exitCode, stdout, stderr } = await cli("deploy", "other/client_1.4.0.json", ...where);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /error VERSION_TAKEN {2}client 1\.4\.0 is here already, with other content\n {2}hint: a version never changes/,
    );
    expect(stdout).toMatch(/ x code .*refused: nothing was changed\n$/s);
    expect(readdirSync(mount, { recursive: true })).toEqual(before);
  });

  it.each([
    ["nowhere to deploy to", []],
    ["a folder that is not there", ["--code-mount", "nowhere"]],
    ["a form that is none", ["--dags", ".", "--dags-as", "tar"]],
    ["an option that is none", ["--force"]],
  ])("ends with 2 at %s", async (_, parameters) => {
    const { exitCode, stderr, stdout } = await cli("deploy", manifest("1.4.0"), ...parameters);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/error/);
  });

  it("that gets SIGINT while it unpacks leaves nothing, and ends with 130", async () => {
    const { mount, dags, where } = await host();
    const content = randomBytes(60_000_000);
    const assets = [{ path: "large", content, executable: false }];
    const large = await smallRelease(await tempFolder(), { assets });
    const program = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
    const child = spawn(process.execPath, [program, "deploy", large.manifest, ...where], { cwd: repo.root });
    // Its first words come when the release is verified.
    child.stderr.once("data", () => child.kill("SIGINT"));
    const exitCode = await new Promise((resolve) => child.on("close", resolve));
    expect(exitCode).toBe(130);
    expect([readdirSync(mount), readdirSync(dags)]).toEqual([[], []]);
  });
});

describe("releases", () => {
  it("shows what is deployed where, from which commit, and whether it is whole", async () => {
    const { mount, dags, where } = await host();
    expect((await cli("releases", ...where)).stdout).toBe("nothing is deployed here\n");
    for (const version of ["1.5.0", "1.4.0", "dev"]) await cli("deploy", manifest(version), ...where);
    mkdirSync(path.join(mount, "something else"));
    writeFileSync(path.join(dags, "mine.py"), "# mine\n");
    const whole = await cli("releases", ...where);
    expect(whole.exitCode).toBe(0);
    expect(whole.stdout.replace(/[0-9a-f]{7} \(dirty\)/g, "3f2c1ab (dirty)")).toBe(
      [
        "NAME    VERSION  GIT              DAGS  CODE   DAG FILES",
        "client  1.4.0    3f2c1ab (dirty)  2     whole  whole (files)",
        "client  1.5.0    3f2c1ab (dirty)  2     whole  whole (files)",
        "client  dev      3f2c1ab (dirty)  2     whole  whole (files)",
        "",
      ].join("\n"),
    );
  });

  it("ends with 1 where something is broken, and says what", async () => {
    const { mount, dags, where } = await host();
    for (const version of ["1.4.0", "1.5.0", "dev"]) await cli("deploy", manifest(version), ...where);
    appendFileSync(path.join(mount, "client_1.4.0/tasks/Dark/task.cjs"), "x");
    renameSync(path.join(mount, "client_1.5.0"), path.join(mount, "gone"));
    rmSync(path.join(dags, "client_dev.manifest.json"));
    const { exitCode, document } = await dkistCoreJson<ReleasesResult>(["releases", ...where], { cwd: repo.root });
    expect([exitCode, document.ok]).toEqual([1, false]);
    const ofVersion = (version: string) =>
      document.result.releases.find(({ release }) => release === `client_${version}`);
    expect(ofVersion("1.4.0")).toMatchObject({ code: [{ state: "broken" }], dags: { state: "whole", as: "files" } });
    expect(ofVersion("1.5.0")).toMatchObject({
      code: [{ state: "absent" }],
      dags: { state: "whole" },
      dagIds: ["l0_to_l1_vbi_1.5.0", "quick.look_1.5.0"],
    });
    expect(ofVersion("dev")).toMatchObject({ code: [{ state: "whole" }], dags: { state: "unchecked", as: "files" } });
    expect(
      document.diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`).toSorted(),
    ).toEqual([
      "error BAD_MANIFEST the manifest is of the code of client 1.5.0, not of gone",
      expect.stringMatching(/^error DAMAGED tasks\/Dark\/task.cjs has \d+ bytes, not \d+ as listed$/),
      "error RELEASE_INCOMPLETE client_1.5.0 has DAG files, and no code here: its tasks would end with exit code 78",
      "warning RELEASE_INCOMPLETE l0_to_l1_vbi_dev.py, quick_look_dev.py: of client_dev, but in no manifest, so not verified",
    ]);
    // What is quick looks at no file but the manifests.
    const quick = await dkistCoreJson<ReleasesResult>(["releases", ...where, "--quick"], { cwd: repo.root });
    expect(quick.document.result.releases.find(({ release }) => release === "client_1.4.0")).toMatchObject({
      code: [{ state: "unchecked" }],
    });
  });

  it("names what deploys have left, with its size", async () => {
    const { mount, dags, where } = await host();
    await cli("deploy", manifest("dev"), ...where);
    expect((await cli("deploy", "other/client_dev.json", ...where)).stdout).toContain("is kept as");
    mkdirSync(path.join(mount, temporaryName("client_9")));
    const { stdout, exitCode } = await cli("releases", ...where);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/leftovers:\n.*client_9.* of a deploy under way\n/);
    expect(stdout).toMatch(
      new RegExp(`${dags}/\\.dkist-core-trash/client_dev\\.[0-9a-f]{8} +[0-9.]+ kB +was there before`),
    );
  });
});

describe.each(AIRFLOW_VERSIONS)("Airflow %s", (version) => {
  const { python } = airflow(version);

  it.each(["files", "zip"] as const)(
    "loads what is deployed as %s: every DAG once, and nothing that is half made or was there before",
    async (form) => {
      const { dags, where } = await host();
      const as = ["--dags-as", form];
      for (const one of ["1.4.0", "dev"])
        expect((await cli("deploy", manifest(one), ...where, ...as)).exitCode).toBe(0);
      // Another build of dev: the trash then holds DAG files and zips.
      expect((await cli("deploy", "other/client_dev.json", ...where, ...as)).exitCode).toBe(0);
      // What a deploy that is under way, or was killed, has lying there, each whole.
      const trash = path.join(dags, ".dkist-core-trash");
      const strange = 'from airflow import DAG\nDAG("half_made", schedule=None)\n';
      writeFileSync(path.join(dags, temporaryName("half_made.py")), strange);
      writeFileSync(path.join(trash, temporaryName("half_made.py")), strange);
      copyFileSync(
        repo.file("artifacts/client_1.4.0_workflows.zip"),
        path.join(trash, temporaryName("client_9_workflows.zip")),
      );
      expect(readdirSync(trash).length).toBeGreaterThan(3);

      const report = await loadWithAirflow(python, dags);
      expect([report.importErrors, report.warnings]).toEqual([[], []]);
      expect(Object.keys(report.dags).sort()).toEqual([
        "l0_to_l1_vbi_1.4.0",
        "l0_to_l1_vbi_dev",
        "more_dev",
        "quick.look_1.4.0",
        "quick.look_dev",
      ]);
    },
    120_000,
  );
});
