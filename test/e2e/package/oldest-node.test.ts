import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { fillFolder, removeTemporaryFolders, temporaryFolder } from "../../helpers/packed-cache.js";
import { compile, fixture, installClient, type InstalledClient } from "../../helpers/packed-client.js";
import { releaseClient, runReleased } from "../../helpers/packed-release.js";
import { mustRun, run } from "../../helpers/packed-run.js";
import { REPO, TARBALL } from "../../helpers/packed.js";

let version: string;
let node: string;
let client: InstalledClient;

beforeAll(async () => {
  const { engines } = JSON.parse(await readFile(join(REPO, "package.json"), "utf8")) as { engines: { node: string } };
  version = `${engines.node.replace(">=", "")}.0`;
  node = await installNode(version);
  client = await installClient(fixture("native-client"), { manager: "npm" });
  await compile(client);
}, 300_000);
afterAll(removeTemporaryFolders);

test("is the Node that package.json names as the oldest", async () => {
  expect(await mustRun(node, ["--version"], { cwd: client.root })).toBe(`v${version}\n`);
});

test("an older Node is told in a sentence what is needed, instead of an error in a file it cannot read", async () => {
  const cli = join(client.root, "node_modules", "dkist-processing-core", "bin", "dkist-core.js");
  const { code, stdout, stderr } = await run(await installNode("16.20.2"), [cli, "list", "--json"], {
    cwd: client.root,
  });
  expect([code, stdout]).toEqual([2, ""]);
  const needed = version.replace(/\.0$/, "");
  expect(stderr).toMatch(`error BAD_USAGE  dkist-core needs Node ${needed} or newer, and this is Node 16.20.2\n`);
}, 120_000);

test("npm installs the package there, where every dependency's `engines` is a must", async () => {
  const folder = await temporaryFolder("engines");
  await mustRun("cp", [join(client.root, TARBALL), folder], { cwd: folder });
  const tree = await installStrictly(folder, `./${TARBALL}`);
  expect(tree).toEqual({ code: 0, stderr: "" });
  expect(await readdir(join(folder, "node_modules"))).toContain("dkist-processing-core");
  // The same command does refuse what asks for a newer Node.
  const newer = await temporaryFolder("newer");
  expect(await installStrictly(newer, "commander@15.0.0")).toMatchObject({
    stderr: expect.stringContaining("EBADENGINE"),
  });
}, 120_000);

test("the commands run there, and so does what they release", async () => {
  const cli = join(client.root, "node_modules", "dkist-processing-core", "bin", "dkist-core.js");
  const tested = await run(node, [cli, "test-workflows", "--airflow", "none"], { cwd: client.root });
  expect(tested).toMatchObject({ code: 0, stdout: expect.stringContaining("1 workflow, 5 tasks: right") });
  const release = await releaseClient(client);
  for (const task of ["Average", "Checksum", "Preview", "ReadSettings", "WriteLog"]) {
    expect(await runReleased(release, task, { node })).toMatchObject({ code: 0 });
  }
});

/** npm itself runs in the oldest Node: `engines` are held against the Node it runs in. */
async function installStrictly(folder: string, what: string): Promise<{ code: number | string; stderr: string }> {
  const npm = join(await mustRun("npm", ["root", "--global"], { cwd: folder }).then((root) => root.trim()), "npm");
  const parameters = [
    "install",
    "--engine-strict",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--prefix",
    folder,
    what,
  ];
  const { code, stderr } = await run(node, [join(npm, "bin", "npm-cli.js"), ...parameters], { cwd: folder });
  return { code, stderr };
}

/** @returns the program of a Node that comes as an npm package */
async function installNode(wanted: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await temporaryFolder("node");
  await fillFolder("node", [name, wanted], folder, async (place) => {
    const parameters = ["install", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${wanted}`];
    await mustRun("npm", parameters, { cwd: place });
  });
  return join(folder, "node_modules", name, "bin", "node");
}
