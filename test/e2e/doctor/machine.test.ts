import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { PLACES } from "../../../src/doctor/needs.js";
import { airflow, AIRFLOW_VERSIONS } from "../../helpers/airflow.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { runDoctor, runDoctorAsText } from "../../helpers/doctor.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";

const { version: VERSION } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Where nothing else is asked for, this also saves the time of asking them. */
const NO_PROGRAMS = { PATH: "/nowhere" };

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    ".gitignore": "node_modules\n",
    "package-lock.json": "{}",
    "dkist-core.config.yaml": "airflow:\n  owner: DKIST\nresourceQueues: [gpu]\n",
    "dist/workflows/flow.js": chainModule("flow", ["A"]),
  });
  git(repo.root, "init", "--quiet");
  git(repo.root, "add", ".");
  git(repo.root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "first");
});
afterAll(() => repo.remove());
afterEach(removeFolders);

function git(cwd: string, ...parameters: string[]): string {
  return execFileSync("git", parameters, { cwd, encoding: "utf8" }).trim();
}

describe("a client repo where all is well", () => {
  it("is shown with what was found, and nothing is a problem", async () => {
    const { exitCode, stderr, document, of } = await runDoctor(repo.root, []);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({ schemaVersion: 1, command: "doctor", ok: true, diagnostics: [] });
    expect(document.result.place).toBeNull();
    expect(of("dkist-core").found).toBe(VERSION);
    expect(of("Node")).toEqual({ check: "Node", status: "ok", found: process.versions.node });
    expect(of("config").found).toBe("dkist-core.config.yaml: sets resourceQueues, airflow.owner; release name client");
    expect(of("library")).toMatchObject({ status: "ok", found: VERSION });
    expect(of("workflow modules")).toMatchObject({ status: "ok", found: expect.stringMatching(/^1 file matches /) });
    expect(of("lock file").found).toMatch(/^package-lock\.json, npm \d/);
    expect(of("git")).toMatchObject({
      status: "ok",
      found: `commit ${git(repo.root, "rev-parse", "HEAD").slice(0, 12)}`,
    });
    expect(of("Python").found).toMatch(/^3\.\d+\.\d+ \(\//);
    expect(of("CODE_MOUNT")).toMatchObject({ status: "not checked" });
    expect(of("broker")).toMatchObject({ status: "not checked" });
  });

  it("is a line each for people, with a count at the end, on stdout alone", async () => {
    const { exitCode, stdout, stderr } = await runDoctorAsText(repo.root, []);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ok +Node +\d+\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^not checked +CODE_MOUNT +not set\n {2}hint: /m);
    expect(stdout).toMatch(/no problem\n$/);
  });

  it("is nothing but findings with --quiet", async () => {
    expect(await runDoctorAsText(repo.root, ["--quiet"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("says which changes are not committed, and which variables the commands heed", async () => {
    const changed = clientRepo({ "a.txt": "" });
    git(changed.root, "init", "--quiet");
    expect((await runDoctor(changed.root, [])).of("git").found).toBe("a git repository without a commit");
    git(changed.root, "add", "a.txt");
    git(changed.root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "first");
    const { of } = await runDoctor(changed.root, [], { BUILD_VERSION: "1.4.0" });
    expect(of("git")).toMatchObject({ status: "warning", found: expect.stringContaining("not committed") });
    expect(of("config").found).toContain("from the environment: BUILD_VERSION");
    changed.remove();
  });

  it("says in git's words why it does not trust a repository", async () => {
    const { of } = await runDoctor(repo.root, [], { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" });
    expect(of("git")).toMatchObject({ status: "warning", found: expect.stringContaining("dubious ownership") });
  });
});

describe("what is missing", () => {
  it("in a folder that is no client repo", async () => {
    const folder = await tempFolder();
    const { exitCode, document, of } = await runDoctor(folder, []);
    expect([exitCode, document.ok]).toEqual([1, false]);
    expect(of("config")).toMatchObject({ status: "problem", found: `no client repo in ${folder}` });
    expect(of("library").status).toBe("not checked");
    expect(of("workflow modules").status).toBe("not checked");
    expect(of("git").found).toBe("no git repository");
  });

  it("on a machine without Python, git and npm: nothing that an author must have", async () => {
    const { exitCode, of } = await runDoctor(repo.root, ["--for", "author"], NO_PROGRAMS);
    expect(exitCode).toBe(0);
    expect(of("Python")).toMatchObject({ status: "not checked", found: "no Python 3 on PATH" });
    expect(of("Airflow").status).toBe("not checked");
    expect(of("git")).toMatchObject({ status: "warning", found: "git is not installed" });
    expect(of("lock file")).toMatchObject({ status: "warning", found: "package-lock.json, but npm does not run" });
  });

  it("on a scheduler without Python", async () => {
    const { exitCode, of } = await runDoctor(await tempFolder(), ["--for", "scheduler"], NO_PROGRAMS);
    expect(exitCode).toBe(1);
    expect([of("Python").status, of("Airflow").status]).toEqual(["problem", "problem"]);
    expect(of("config").status).toBe("not checked");
  });

  it("on a worker without bash and Node, the ones that Airflow would start", async () => {
    const { exitCode, of } = await runDoctor(await tempFolder(), ["--for", "worker"], NO_PROGRAMS);
    expect(exitCode).toBe(1);
    expect(of("Node").status).toBe("ok");
    expect(of("Node of tasks")).toMatchObject({ status: "problem", found: "node does not run" });
    expect(of("bash").status).toBe("problem");
    expect(of("CODE_MOUNT")).toMatchObject({ status: "problem", found: "not set" });
  });

  it("in a client repo that is not compiled: a warning for an author, a problem in a CI", async () => {
    const source = clientRepo({});
    const author = await runDoctor(source.root, ["--for", "author"], NO_PROGRAMS);
    expect([author.exitCode, author.of("workflow modules").status]).toEqual([0, "warning"]);
    const ci = await runDoctor(source.root, ["--for", "ci"], NO_PROGRAMS);
    expect([ci.exitCode, ci.of("workflow modules").status]).toEqual([1, "problem"]);
    expect(ci.of("workflow modules").hint).toMatch(/^compile first/);
    source.remove();
  });

  it("in a client repo without the library", async () => {
    const folder = await tempFolder({ "package.json": '{"name": "client"}' });
    expect((await runDoctor(folder, [], NO_PROGRAMS)).of("library")).toMatchObject({ status: "problem" });
  });

  it("in a client repo with another library than the command", async () => {
    const folder = await tempFolder({
      "package.json": '{"name": "client"}',
      "node_modules/dkist-processing-core/package.json": '{"name": "dkist-processing-core", "version": "99.0.0"}',
    });
    expect((await runDoctor(folder, [], NO_PROGRAMS)).of("library")).toMatchObject({
      status: "warning",
      found: expect.stringMatching(/^99\.0\.0 .* this command is /),
    });
  });
});

describe("a config that is wrong is a finding", () => {
  it.each([
    ["of unknown settings", "dkist-core.config.json", '{"outdir": "x", "nod": 1}', /2 wrong settings: outdir is not/],
    ["that is not JSON", "dkist-core.config.json", "{", /cannot be read/],
    ["that throws", "dkist-core.config.mjs", "throw new Error('no weather today')", /no weather today/],
    ["that throws nothing", "dkist-core.config.mjs", "throw undefined", /cannot be read/],
    [
      "that waits for ever",
      "dkist-core.config.mjs",
      "await new Promise(() => setInterval(() => {}, 1000))",
      /within 10 s/,
    ],
  ])("%s", async (_, name, text, found) => {
    const broken = clientRepo({ [name]: text });
    const { exitCode, document, of } = await runDoctor(broken.root, [], NO_PROGRAMS);
    expect([exitCode, document.ok]).toEqual([1, false]);
    expect(of("config")).toMatchObject({ status: "problem", found: expect.stringMatching(found) });
    expect(of("workflow modules").status).toBe("not checked");
    broken.remove();
  });

  it("and so is a variable that is wrong, and a file that --config names in vain", async () => {
    const env = { ...NO_PROGRAMS, DKIST_LOAD_TIMEOUT_SECONDS: "soon" };
    expect((await runDoctor(repo.root, [], env)).of("config")).toMatchObject({
      status: "problem",
      found: expect.stringContaining("DKIST_LOAD_TIMEOUT_SECONDS"),
    });
    expect((await runDoctor(repo.root, ["--config", "missing.yaml"], NO_PROGRAMS)).of("config")).toMatchObject({
      status: "problem",
      hint: expect.stringContaining("--config"),
    });
  });

  it("that asks for a newer Node says so of Node", async () => {
    const newer = clientRepo({ "dkist-core.config.json": '{"node": "node99"}' });
    expect((await runDoctor(newer.root, [], NO_PROGRAMS)).of("Node")).toMatchObject({
      status: "problem",
      hint: expect.stringContaining("the config's node says 99"),
    });
    newer.remove();
  });

  it("that names the Node of the tasks has it looked at", async () => {
    const named = clientRepo({
      "dkist-core.config.json": JSON.stringify({ airflow: { nodeCommand: process.execPath } }),
    });
    const { of } = await runDoctor(named.root, ["--for", "worker"], NO_PROGRAMS);
    expect(of("Node of tasks")).toMatchObject({
      status: "ok",
      found: `${process.versions.node} (${process.execPath})`,
    });
    named.remove();
  });
});

describe("folders", () => {
  it.each([
    ["relative", "code", "problem", /a relative path/],
    ["missing", "/no/such/folder", "problem", /there is no \/no\/such\/folder/],
    ["a file", process.execPath, "problem", /is no folder/],
    ["empty", path.join(import.meta.dirname), "warning", /no release in it/],
  ])("CODE_MOUNT that is %s", async (_, folder, status, found) => {
    const env = { ...NO_PROGRAMS, CODE_MOUNT: folder };
    const { exitCode, of } = await runDoctor(repo.root, [], env);
    expect(of("CODE_MOUNT")).toMatchObject({ status, found: expect.stringMatching(found) });
    expect(exitCode).toBe(status === "problem" ? 1 : 0);
    // An author may have it set for something else.
    expect((await runDoctor(repo.root, ["--for", "author"], env)).exitCode).toBe(0);
  });

  it("CODE_MOUNT with a real release in it", async () => {
    const folder = await tempFolder();
    const core = path.join(import.meta.dirname, "../../../bin/dkist-core.js");
    execFileSync(
      process.execPath,
      [core, "build", "--version", "1.4.0", "--airflow", "none", "--out", folder, "--quiet"],
      {
        cwd: repo.root,
      },
    );
    execFileSync("python3", ["-m", "zipfile", "-e", path.join(folder, "client_1.4.0_code.zip"), folder]);
    const { of } = await runDoctor(repo.root, [], { ...NO_PROGRAMS, CODE_MOUNT: folder });
    expect(of("CODE_MOUNT")).toMatchObject({ status: "ok", found: `${folder}, writable, 1 release: client_1.4.0` });
  });

  it("DKIST_SPOOL where there is none is what a worker is told, too", async () => {
    const env = { ...NO_PROGRAMS, DKIST_SPOOL: "/no/such/folder" };
    const { of } = await runDoctor(repo.root, ["--for", "worker"], env);
    expect(of("DKIST_SPOOL")).toMatchObject({ status: "problem", found: expect.stringContaining("there is no") });
    expect(
      (await runDoctor(repo.root, [], { ...env, DKIST_SPOOL: await tempFolder() })).of("DKIST_SPOOL"),
    ).toMatchObject({
      status: "ok",
      found: expect.stringContaining("no message waits"),
    });
  });

  it("a temp folder that cannot be written", async () => {
    const { exitCode, of } = await runDoctor(repo.root, [], { ...NO_PROGRAMS, TMPDIR: "/no/such/folder" });
    expect(exitCode).toBe(1);
    expect(of("temp folder")).toMatchObject({ status: "problem", found: expect.stringContaining("ENOENT") });
  });
});

describe("Airflow", () => {
  it.each(AIRFLOW_VERSIONS)("%s is found and imported, without a trace", async (version) => {
    const home = await tempFolder();
    const { python } = airflow(version);
    const { exitCode, of } = await runDoctor(home, ["--for", "scheduler", "--airflow", python], { HOME: home });
    expect(of("Airflow")).toEqual({ check: "Airflow", status: "ok", found: `${version} (${python})` });
    expect(exitCode).toBe(0);
    expect(execFileSync("ls", ["-A", home], { encoding: "utf8" })).toBe("");
  });

  it("that is not in the Python that is named for it", async () => {
    const named = clientRepo({ "dkist-core.config.json": '{"airflow": {"python": "python3"}}' });
    const { of } = await runDoctor(named.root, ["--for", "scheduler"]);
    expect(of("Airflow")).toMatchObject({ status: "problem", found: "none in python3, which airflow.python names" });
    expect((await runDoctor(named.root, ["--airflow", "none"])).of("Airflow")).toMatchObject({
      status: "not checked",
      found: "--airflow none",
    });
    const wrong = await runDoctor(named.root, ["--for", "scheduler", "--airflow", "bin/python"]);
    expect(wrong.of("Python")).toMatchObject({ status: "problem", found: `${named.file("bin/python")} does not run` });
    expect(wrong.of("Airflow").status).toBe("problem");
    named.remove();
  });
});

describe("manners", () => {
  it.each(PLACES)("--for %s is said in the document", async (place) => {
    const { document } = await runDoctor(repo.root, ["--for", place], { ...NO_PROGRAMS, CODE_MOUNT: repo.root });
    expect(document.result.place).toBe(place);
  });

  it.each([
    ["a place that is none", ["--for", "laptop"], "BAD_USAGE"],
    ["a folder that is not there", ["--cwd", "/nowhere"], "BAD_USAGE"],
  ])("%s cannot be looked at", async (_, parameters, code) => {
    const { exitCode, document } = await runDoctor(repo.root, parameters);
    expect(exitCode).toBe(2);
    expect(document).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });

  it("explains itself", async () => {
    const { exitCode, stdout } = await runDoctorAsText(repo.root, ["--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Examples:");
  });
});
