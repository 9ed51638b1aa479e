/** What a command loads before it does anything: that is what starting it costs. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dkistCore } from "../../helpers/cli.js";
import { clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/a.js": `import { TaskBase, Workflow } from "dkist-processing-core";
      export class A extends TaskBase { run() {} }
      export const a = new Workflow({ workflowName: "a" }).addNode(A);`,
  });
});
afterAll(() => repo.remove());

/** What each library is known by in the files that the build puts together. */
const LIBRARIES: Readonly<Record<string, string>> = {
  archiver: "node_modules/readable-stream",
  commander: "enablePositionalOptions",
  cosmiconfig: "node_modules/cosmiconfig",
  "fast-glob": "node_modules/fast-glob",
  handlebars: "node_modules/handlebars",
  zod: "_zod",
};

/** Node's own coverage names every module that was loaded. */
async function loadedBy(...command: string[]) {
  const folder = path.join(repo.root, "coverage");
  rmSync(folder, { recursive: true, force: true });
  const result = await dkistCore(command, { cwd: repo.root, env: { NODE_V8_COVERAGE: folder } });
  expect(result).toMatchObject({ exitCode: 0 });
  const scripts = readdirSync(folder).flatMap(
    (name) => (JSON.parse(readFileSync(path.join(folder, name), "utf8")) as { result: { url: string }[] }).result,
  );
  const urls = new Set(scripts.map(({ url }) => url));
  const files = [...urls].filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url));
  const texts = files.filter((name) => name.startsWith(PACKAGE_ROOT)).map((name) => readFileSync(name, "utf8"));
  return {
    libraries: Object.keys(LIBRARIES).filter((name) => texts.some((text) => text.includes(LIBRARIES[name] ?? ""))),
    packages: files.filter((name) => name.includes("/node_modules/")),
    bytes: texts.reduce((sum, text) => sum + text.length, 0),
  };
}

describe("what is loaded by", () => {
  it.each([
    { command: ["--help"], libraries: ["commander"], most: 90_000 },
    { command: ["export-dags", "--help"], libraries: ["commander"], most: 90_000 },
    {
      command: ["list", "--quiet"],
      libraries: ["commander", "cosmiconfig", "fast-glob", "zod"],
      most: 950_000,
    },
    {
      command: ["export-dags", "--quiet"],
      libraries: ["commander", "cosmiconfig", "fast-glob", "handlebars", "zod"],
      most: 1_100_000,
    },
  ])("$command is no more than it needs", async ({ command, libraries, most }) => {
    const loaded = await loadedBy(...command);
    expect({ libraries: loaded.libraries, packages: loaded.packages }).toEqual({ libraries, packages: [] });
    expect(loaded.bytes).toBeLessThan(most);
    expect(loaded.bytes).toBeGreaterThan(50_000);
  });
});
