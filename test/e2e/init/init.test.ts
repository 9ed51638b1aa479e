import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { CI_FILES, type InitResult } from "../../../src/init.js";
import { removeTemporaryFolders, temporaryFolder } from "../../helpers/packed-cache.js";
import { mustRun, run, type Finished } from "../../helpers/packed-run.js";
import { packedLibrary } from "../../helpers/packed.js";
import { readTree } from "../../helpers/folders.js";

let tarball: string;
let program: string;
let work: string;

beforeAll(async () => {
  const library = await packedLibrary();
  tarball = library.tarball;
  work = await temporaryFolder("init");
  // The packed files, with the packages of the checkout that they were packed from.
  await mustRun("tar", ["-xf", tarball, "-C", work], { cwd: work });
  await symlink(join(library.checkout, "node_modules"), join(work, "package/node_modules"));
  program = join(work, "package/bin/dkist-core.js");
}, 180_000);
afterAll(removeTemporaryFolders);

const init = (parameters: readonly string[], cwd = work): Promise<Finished> =>
  run(process.execPath, [program, "init", ...parameters], { cwd });

describe("a new client repo", () => {
  let repo: string;
  let said: Finished;
  beforeAll(async () => {
    said = await init(["dkist processing vbi", "--library", `file:${tarball}`]);
    repo = join(work, "dkist processing vbi");
    await mustRun("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: repo });
  }, 180_000);

  it("says what it made, and what to do next", () => {
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout).toMatch(/^dkist-processing-vbi, with the workflow l0_to_l1_vbi\n/);
    expect(said.stdout).toContain("  src/workflows/vbi.ts\n");
    expect(said.stdout).toMatch(
      /\nnext:\n {2}cd 'dkist processing vbi'\n {2}npm install\n {2}npm test\n {2}npx dkist-core build\n$/,
    );
  });

  it("works at once: npm test, npx dkist-core build", async () => {
    const tested = await run("npm", ["test"], { cwd: repo });
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringMatching(/^# pass 6$/m)]);
    const built = await run("npx", ["dkist-core", "build"], { cwd: repo });
    expect([built.code, built.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect((await readdir(join(repo, "artifacts"))).sort()).toEqual([
      "dkist-processing-vbi_dev.html",
      "dkist-processing-vbi_dev.json",
      "dkist-processing-vbi_dev_code.zip",
      "dkist-processing-vbi_dev_workflows.zip",
    ]);
  }, 120_000);

  it("runs its workflow without Airflow", async () => {
    await mustRun("npm", ["run", "build"], { cwd: repo });
    const parameters = ["dkist-core", "run", "l0_to_l1_vbi", "--recipe-run-id", "1", "--conf", '{"frames": 2}'];
    const done = await run("npx", parameters, { cwd: repo, env: { SCRATCH: join(work, "scratch") } });
    expect(done).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(work, "scratch/1/average.json"), "utf8"))).toHaveLength(4);
  }, 120_000);

  it.each(Object.values(CI_FILES))("%s is YAML with scripts", async (file) => {
    const pipeline: unknown = parse(await readFile(join(repo, file), "utf8"));
    expect(JSON.stringify(pipeline)).toContain("npx dkist-core build --version");
  });

  it("is never overwritten: nothing is, where one file is in the way", async () => {
    const folder = join(work, "full");
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), "mine");
    const refused = await init(["full"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("package.json is there already");
    expect(await readTree(folder)).toEqual({ "package.json": "mine" });
  });

  it("leaves what a fresh repo comes with", async () => {
    const folder = join(work, "fresh");
    await mkdir(folder);
    await writeFile(join(folder, "README.md"), "mine");
    const made = await init([".", "--ci", "none", "--json"], folder);
    const { ok, result } = JSON.parse(made.stdout) as { ok: boolean; result: InitResult };
    expect([ok, result.kept, result.name]).toEqual([true, ["README.md"], "fresh"]);
    const tree = await readTree(folder);
    expect(tree["README.md"]).toBe("mine");
    expect(Object.keys(tree)).toEqual([...result.files, "README.md"].sort());
  });

  it.each([
    ["a name that npm refuses", ["x", "--name", "A B"], "--name"],
    ["a folder that gives no name", ["!!!"], "--name"],
    ["a service that is none", ["x", "--ci", "githb"], "did you mean github?"],
    ["a file where the folder should be", ["package/README.md"], "is no folder"],
  ])("%s: says what to do, and writes nothing", async (_, parameters, words) => {
    const refused = await init(parameters);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(words);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
    expect(await readdir(work)).not.toContain("x");
  });
});
