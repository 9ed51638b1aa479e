/** `diff` by the real command line, on real releases and the client repo that they were built from. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { diffReleases, type Comparison } from "../../../src/build.js";
import { dkistCore, dkistCoreJson, type CliResult } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { readTree, removeFolders, tempFolder } from "../../helpers/folders.js";
import { unpack } from "../../helpers/packed-zip.js";

const CONFIG = "dkist-core.config.json";
const task = (name: string, extra = ""): string =>
  `import { TaskBase } from "dkist-processing-core";\nexport class ${name} extends TaskBase { ${extra} }\n`;
const BEFORE = {
  "dist/tasks/dark.js": `import { sum } from "statistics";\n${task("Dark", "run() { this.log.info(sum([1, 2])); }")}`,
  "dist/tasks/gain.js": task("Gain", "run() { this.log.info('gain'); }"),
  "dist/tasks/flat.js": task("Flat", "run() {}"),
  "dist/workflows/vbi.js": `
import { Workflow } from "dkist-processing-core";
import { Dark } from "../tasks/dark.js";
import { Gain } from "../tasks/gain.js";
import { Flat } from "../tasks/flat.js";
export const vbi = new Workflow({ workflowName: "vbi" })
  .addNode(Dark).addNode(Gain).addNode(Flat, { upstreams: [Dark] });
export const old = new Workflow({ workflowName: "old" }).addNode(Flat);
`,
  "assets/camera.json": "{}",
  [CONFIG]: JSON.stringify({ name: "vbi", assets: ["assets/*"] }),
  "node_modules/statistics/package.json": '{ "name": "statistics", "version": "1.0.0", "license": "MIT" }',
  "node_modules/statistics/index.js": "exports.sum = (values) => values.reduce((a, b) => a + b);",
};
const AFTER = {
  "node_modules/statistics/package.json": '{ "name": "statistics", "version": "1.1.0", "license": "MIT" }',
  "node_modules/statistics/index.js": "exports.sum = (values) => values.reduce((a, b) => b + a);",
  "dist/tasks/gain.js": task("Gain", "static retries = 2; run() { this.log.info('more gain'); }"),
  "dist/workflows/vbi.js": `
import { Workflow } from "dkist-processing-core";
import { Dark } from "../tasks/dark.js";
import { Gain } from "../tasks/gain.js";
import { Flat } from "../tasks/flat.js";
export const vbi = new Workflow({ workflowName: "vbi" })
  .addNode(Flat, { upstreams: [Gain], resourceQueue: "high_memory" }).addNode(Dark).addNode(Gain);
`,
  "assets/camera.json": "{ }",
  [CONFIG]: JSON.stringify({ name: "vbi", assets: ["assets/*"], airflow: { owner: "DKIST" } }),
};
const CHANGES = `
Workflows
  - workflow old: 1 node

Workflow vbi
  ~ node Flat: resource queue default -> high_memory
  ~ node Gain: retries 0 -> 2
  - edge Dark >> Flat
  + edge Gain >> Flat

Tasks
  ~ task Dark: statistics 1.0.0 -> 1.1.0, code unchanged
  ~ task Gain: code changed, N kB -> N kB

Assets
  ~ asset assets/camera.json: other content, 2 B -> 3 B

Settings
  ~ setting airflow.owner: airflow -> DKIST

9 changes: 1 added, 6 changed, 2 removed
`;

let repo: ClientRepo;
let mount: string;
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(repo.file(name)), { recursive: true });
    writeFileSync(repo.file(name), text);
  }
};
const diff = (...parameters: string[]): Promise<CliResult> => dkistCore(["diff", ...parameters], { cwd: repo.root });

beforeAll(async () => {
  repo = clientRepo({});
  for (const [version, files] of Object.entries({ "1.3.0": BEFORE, "1.4.0": AFTER })) {
    write(files);
    const built = await dkistCore(["build", "--version", version, "--airflow", "none"], { cwd: repo.root });
    expect([built.exitCode, built.stderr]).toEqual([0, expect.any(String)]);
  }
  mount = await tempFolder();
  await unpack(repo.file("artifacts/vbi_1.3.0_code.zip"), mount);
}, 120_000);
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

const OLD = ["artifacts/vbi_1.3.0.json", "artifacts/vbi_1.3.0_code.zip", "artifacts/vbi_1.3.0_workflows.zip"];
const NEW = ["artifacts/vbi_1.4.0.json", "artifacts/vbi_1.4.0_code.zip", "artifacts/vbi_1.4.0_workflows.zip", "."];

describe("diff", () => {
  it.each([...OLD, "the deployed folder"].flatMap((before, index) => [[before, NEW[index] ?? "."]]))(
    "shows what a release changes: %s and %s",
    async (before, after) => {
      const { stdout, stderr, exitCode } = await diff(
        before.startsWith("the") ? path.join(mount, "vbi_1.3.0") : before,
        after,
      );
      expect([exitCode, stderr.includes("error")]).toEqual([1, false]);
      const [from, to, legend, ...changes] = stdout.split("\n");
      expect(from).toMatch(/^before {2}vbi 1\.3\.0 +no commit /);
      expect(to).toMatch(after === "." ? /^after {3}vbi dev +no commit {2}\.$/ : /^after {3}vbi 1\.4\.0 /);
      expect(legend).toBe("+ added  - removed  ~ changed");
      expect(changes.join("\n").replace(/[\d.]+ kB -> [\d.]+ kB|\d+ bytes (more|less)/g, "N kB -> N kB")).toBe(CHANGES);
    },
  );

  it("finds no change between the forms of one release, and the client repo that it was built from", async () => {
    for (const other of NEW.slice(1)) {
      const { stdout, exitCode } = await diff("artifacts/vbi_1.4.0.json", other);
      expect([exitCode, stdout.endsWith("\nno change\n")]).toEqual([0, true]);
    }
  });

  it("compares with the client repo here, and writes nothing", async () => {
    const before = await readTree(repo.root);
    const { exitCode, stdout } = await diff(OLD[0] ?? "");
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("~ node Gain: retries 0 -> 2\n")]);
    expect(await readTree(repo.root)).toEqual(before);
  });

  it("gives Markdown for a pull request", async () => {
    const { stdout, exitCode } = await diff(
      "artifacts/vbi_1.3.0.json",
      "artifacts/vbi_1.4.0.json",
      "--format",
      "markdown",
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain("### `vbi 1.3.0` -> `vbi 1.4.0`\n\n9 changes: 1 added, 6 changed, 2 removed.");
    expect(stdout).toContain("- **changed** task `Dark`: `statistics` `1.0.0` -> `1.1.0`, code unchanged\n");
  });

  it("gives one document for machines, as the library function does", async () => {
    const places = ["artifacts/vbi_1.3.0.json", "artifacts/vbi_1.4.0.json"] as const;
    const { document, exitCode, stderr } = await dkistCoreJson<Comparison>(["diff", ...places], { cwd: repo.root });
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(document).toMatchObject({ schemaVersion: 1, command: "diff", ok: false, diagnostics: [] });
    expect(document.result.after).toEqual({
      place: "artifacts/vbi_1.4.0.json",
      name: "vbi",
      version: "1.4.0",
      gitCommit: null,
      gitDirty: null,
      lockfileSha256: null,
    });
    expect(document.result.changes).toContainEqual({
      kind: "changed",
      subject: "node",
      workflow: "vbi",
      name: "Gain",
      details: [{ what: "retries", before: 0, after: 2 }],
    });
    const [before, after] = places;
    expect(await diffReleases({ cwd: repo.root, before, after })).toEqual({
      ok: false,
      diagnostics: [],
      result: document.result,
    });
  });

  it.each([
    ["nothing to compare", [], "missing required argument"],
    ["what is not there", ["artifacts/vbi_1.3.0.json", "nowhere"], "there is no file or folder"],
    ["an argument of a variable that is not set", ["", "."], "has no name"],
    ["the client repo and itself", ["."], "compared with itself"],
    ["a page", ["artifacts/vbi_1.3.0.html", "."], "BAD_ARTIFACT"],
    ["a format that is none", ["artifacts/vbi_1.3.0.json", "--format", "xml"], "Allowed choices are text, markdown"],
    ["a folder that is nothing", ["artifacts/vbi_1.3.0.json", "assets"], "BAD_CONFIG"],
  ])("refuses %s with 2", async (_, parameters, sentence) => {
    const { exitCode, stdout, stderr } = await diff(...parameters);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("cannot compare a client repo with findings, and shows them", async () => {
    const file = repo.file("dist/workflows/vbi.js");
    const right = readFileSync(file, "utf8");
    writeFileSync(file, right.replace("upstreams: [Gain]", "upstreams: [Flat]"));
    const { document, exitCode } = await dkistCoreJson(["diff", "artifacts/vbi_1.3.0.json"], { cwd: repo.root });
    expect([exitCode, document.ok, document.result]).toEqual([2, false, null]);
    expect(document.diagnostics).toMatchObject([
      { code: "SELF_UPSTREAM", location: { file: "dist/workflows/vbi.js" } },
    ]);
    writeFileSync(file, right);
  });

  it("takes a client repo's config from where it is told", async () => {
    mkdirSync(repo.file("config"), { recursive: true });
    writeFileSync(repo.file("config/other.json"), JSON.stringify({ name: "vbi", assets: [] }));
    const { stdout } = await diff("artifacts/vbi_1.4.0.json", ".", "--config", "config/other.json");
    expect(stdout).toContain("- asset assets/camera.json: 3 B");
    rmSync(repo.file("config"), { recursive: true });
  });
});
