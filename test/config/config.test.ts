import { afterEach, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { changedSettings } from "../../src/config/changed-settings.js";
import { readEnvironment } from "../../src/config/environment.js";
import { resolveConfig, type Config, type ConfigRequest } from "../../src/config/load.js";
import { configJsonSchema, configSchema } from "../../src/config/schema.js";
import { removeFolders, tempFolder, type Tree } from "../helpers/folders.js";

afterEach(removeFolders);

const PACKAGE: Tree = { "package.json": '{ "name": "@dkist/vbi", "type": "module" }' };

async function resolve(tree: Tree, request: Partial<ConfigRequest> = {}): Promise<Config> {
  return resolveConfig({ cwd: await tempFolder({ ...PACKAGE, ...tree }), env: {}, ...request });
}

/** Config files that are programs are imported, which only a Node of its own does as it will be done. */
async function resolveInNode(
  tree: Tree,
): Promise<{ config?: Config; error?: { code: string; message: string }; left: string[] }> {
  const cwd = await tempFolder({ ...PACKAGE, ...tree });
  const load = fileURLToPath(new URL("../../dist/config/load.js", import.meta.url));
  const program = `import { resolveConfig } from ${JSON.stringify(load)};
    const answer = await resolveConfig({ cwd: ${JSON.stringify(cwd)}, env: {} }).then(
      (config) => ({ config }), ({ code, message }) => ({ error: { code, message } }));
    console.log(JSON.stringify(answer));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return { ...(JSON.parse(stdout) as { config?: Config }), left: (await readdir(cwd)).sort() };
}

/** No way to log in to Airflow is set. */
const NO_AIRFLOW_API = { token: null, username: null, password: null };

describe("resolveConfig", () => {
  it("gives every setting its default, and the release the package's name", async () => {
    const cwd = await tempFolder(PACKAGE);
    const config = await resolveConfig({ cwd, env: {} });
    expect(config).toEqual({
      name: "dkist-vbi",
      root: cwd,
      configFile: null,
      requestedVersion: null,
      environment: {
        buildVersion: null,
        loadTimeoutSeconds: 60,
        sourceDateEpoch: null,
        codeMount: null,
        airflowApi: NO_AIRFLOW_API,
      },
      workflows: ["dist/workflows/**/*.{js,mjs,cjs}"],
      outDir: "artifacts",
      dagsDir: "dags",
      assets: [],
      external: [],
      publicAssets: [],
      tasks: {},
      node: "node20",
      resourceQueues: ["default", "high_memory"],
      nodeOptions: {},
      airflow: { owner: "airflow", nodeCommand: "node", pausedUponCreation: false, killedTaskBackstop: false },
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each([
    { file: "dkist-core.config.json", text: '{ "outDir": "x" }' },
    { file: "dkist-core.config.yaml", text: "outDir: x" },
    { file: "dkist-core.config.yml", text: "outDir: x" },
    { file: ".dkist-corerc", text: "outDir: x" },
    { file: ".dkist-corerc.json", text: '{ "outDir": "x" }' },
    { file: ".dkist-corerc.yaml", text: "outDir: x" },
    { file: ".dkist-corerc.yml", text: "outDir: x" },
    { file: "package.json", text: '{ "name": "vbi", "dkist-core": { "outDir": "x" } }' },
  ])("reads $file", async ({ file, text }) => {
    const { outDir, configFile, root } = await resolve({ [file]: text });
    expect(outDir).toBe("x");
    expect(configFile).toBe(path.join(root, file));
  });

  it.each([
    { file: "dkist-core.config.js", text: 'export default { outDir: "x" };' },
    { file: "dkist-core.config.mjs", text: 'export default { outDir: "x" };' },
    { file: "dkist-core.config.cjs", text: 'module.exports = { outDir: "x" };' },
    {
      file: "dkist-core.config.ts",
      text: 'import { x } from "./x.js"; interface C { outDir: string } export default { outDir: x } satisfies C;',
    },
    { file: ".dkist-corerc.js", text: 'export default { outDir: "x" };' },
    { file: ".dkist-corerc.mjs", text: 'export default { outDir: "x" };' },
    { file: ".dkist-corerc.cjs", text: 'module.exports = { outDir: "x" };' },
    { file: ".dkist-corerc.ts", text: 'export default { outDir: "x" as string };' },
  ])("runs $file, and leaves nothing beside it", async ({ file, text }) => {
    const { config, left } = await resolveInNode({ [file]: text, "x.ts": 'export const x: string = "x";' });
    expect(config?.outDir).toBe("x");
    expect(left).toEqual([file, "package.json", "x.ts"].sort());
  });

  it.each([
    { file: "dkist-core.config.ts", text: "export default { outDir: ;", says: "Unexpected" },
    { file: "dkist-core.config.js", text: 'throw new Error("no database");', says: "no database" },
    { file: "dkist-core.config.ts", text: 'throw new Error("no database");', says: "no database" },
  ])("says why $file cannot be read: $says", async ({ file, text, says }) => {
    const { error, left } = await resolveInNode({ [file]: text });
    expect(error).toMatchObject({ code: "BAD_CONFIG", message: expect.stringContaining(says) as unknown });
    expect(left).toEqual([file, "package.json"].sort());
  });

  it.each([
    { label: "JSON", file: ".dkist-corerc.json", text: '{ "outDir": }' },
    { label: "YAML", file: "dkist-core.config.yaml", text: "outDir: [x" },
    { label: "package.json", file: "package.json", text: "{" },
  ])("says that broken $label cannot be read", async ({ file, text }) => {
    await expect(resolve({ [file]: text })).rejects.toMatchObject({ name: "DkistCoreError", code: "BAD_CONFIG" });
  });

  it("looks nowhere above the client repo", async () => {
    const cwd = await tempFolder({ ...PACKAGE, "../dkist-core.config.json": '{ "outDir": "above" }' }, "repo");
    expect((await resolveConfig({ cwd, env: {} })).outDir).toBe("artifacts");
  });

  it("reads the file it is given, relative to the client repo, and says when it is not there", async () => {
    const tree = { "ci/other.yaml": "outDir: y", "dkist-core.config.json": '{ "outDir": "x" }' };
    expect((await resolve(tree, { configFile: "ci/other.yaml" })).outDir).toBe("y");
    await expect(resolve(tree, { configFile: "gone.yaml" })).rejects.toMatchObject({
      code: "BAD_CONFIG",
      location: { file: "gone.yaml" },
    });
  });

  it("is its default where the file is empty", async () => {
    expect((await resolve({ "ci.yaml": "" }, { configFile: "ci.yaml" })).outDir).toBe("artifacts");
  });

  it("a flag wins over the file, the file over the default", async () => {
    const tree = { "dkist-core.config.json": '{ "outDir": "file", "dagsDir": "file", "name": "named" }' };
    expect(await resolve(tree, { outDir: "flag", version: "2" })).toMatchObject({
      outDir: "flag",
      dagsDir: "file",
      name: "named",
      requestedVersion: "2",
    });
  });

  it("adds resource queues to those that every worker pool has, each once", async () => {
    const tree = {
      "dkist-core.config.yaml": "resourceQueues: [gpu, default, gpu]\nnodeOptions: { gpu: [--max-old-space-size=1] }",
    };
    expect((await resolve(tree)).resourceQueues).toEqual(["default", "high_memory", "gpu"]);
  });

  it.each([
    { label: "an unknown key", text: "outdir: x", says: "outdir is not a setting; did you mean outDir?" },
    {
      label: "an unknown inner key",
      text: "airflow: { pausedUponCreated: true }",
      says: "airflow.pausedUponCreated is not a setting; did you mean pausedUponCreation?",
    },
    {
      label: "an unknown key of a task",
      text: "tasks: { T: { isolate: folder } }",
      says: "tasks.T.isolate is not a setting",
    },
    { label: "a key like nothing", text: "frobnicate: x", says: "frobnicate is not a setting" },
    { label: "a wrong type", text: "outDir: [x]", says: "outDir: " },
    { label: "no workflow glob", text: "workflows: []", says: "workflows: " },
    { label: "a Node that is none", text: "node: '20'", says: "node: must be node20 or a later one" },
    { label: "an older Node than tasks need", text: "node: node18", says: "node: must be node20 or a later one" },
    { label: "a Node 20 that is too old", text: "node: node20.18", says: "node: must be node20 or a later one" },
    { label: "a bad isolation", text: "tasks: { T: { isolation: zip } }", says: "tasks.T.isolation: " },
    {
      label: "a resource queue that Celery would not take",
      text: "resourceQueues: ['a b']",
      says: "resourceQueues.0: ",
    },
    {
      label: "Node options for an unknown queue",
      text: "nodeOptions: { gpu: [--x] }",
      says: "nodeOptions names unknown resource queues: gpu",
    },
    {
      label: "a Node option that is none",
      text: "nodeOptions: { default: ['; rm -rf /'] }",
      says: "nodeOptions.default.0: ",
    },
    { label: "no run at all", text: "airflow: { maxActiveRuns: 0 }", says: "airflow.maxActiveRuns: " },
    { label: "a name with a path in it", text: "name: ../x", says: '"../x" cannot name a release' },
    { label: "no object", text: "[]", says: "the config: " },
  ])("BAD_CONFIG: $label", async ({ text, says }) => {
    await expect(resolve({ "dkist-core.config.yaml": text })).rejects.toMatchObject({
      name: "DkistCoreError",
      code: "BAD_CONFIG",
      message: expect.stringContaining(says) as unknown,
    });
  });

  it.each(["node20", "node20.19", "node20.19.0", "node22", "node24.1", "node100"])("takes %s", async (node) => {
    expect((await resolve({ "dkist-core.config.yaml": `node: ${node}` })).node).toBe(node);
  });

  it("names the resource queue that was meant", async () => {
    const text = "nodeOptions: { hi_memory: [--x] }";
    await expect(resolve({ "dkist-core.config.yaml": text })).rejects.toMatchObject({
      hint: "did you mean high_memory? Others are named in resourceQueues",
    });
  });

  it("refuses a client repo whose path globs would read otherwise", async () => {
    const cwd = await tempFolder(PACKAGE, "a\\b");
    await expect(resolveConfig({ cwd, env: {} })).rejects.toMatchObject({
      code: "BAD_USAGE",
      message: `the client repo's path has a backslash: ${cwd}`,
    });
  });

  it("names all that is wrong at once", async () => {
    const text = "outdir: x\nnode: 20\nairflow: { owner: '', maxActiveRuns: 0.5 }\n";
    await expect(resolve({ "dkist-core.config.yaml": text })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^4 wrong settings:\n(?: {2}.*(?:node|owner|maxActiveRuns|outdir).*\n?){4}$/,
      ) as unknown,
      location: { file: "dkist-core.config.yaml" },
    });
  });

  it.each([
    { label: "there is no folder", tree: {}, request: { cwd: "/no/such/folder" }, code: "BAD_USAGE" },
    { label: "nothing names the release", tree: { "package.json": "{}" }, request: {}, code: "BAD_CONFIG" },
    {
      label: "the package's name is no release name",
      tree: { "package.json": '{ "name": "a b" }' },
      request: {},
      code: "BAD_CONFIG",
    },
  ])("$code where $label", async ({ tree, request, code }) => {
    await expect(resolve(tree, request)).rejects.toMatchObject({ code });
  });
});

describe("changedSettings", () => {
  it.each<[string, string[]]>([
    ["{}", []],
    ['{"name": "other", "outDir": "artifacts", "airflow": {"owner": "airflow"}}', []],
    ['{"resourceQueues": ["high_memory"], "templates": "mine"}', ["templates"]],
    [
      '{"airflow": {"python": "python3", "owner": "DKIST", "maxActiveRuns": 2}, "node": "node22"}',
      ["node", "airflow.owner", "airflow.python", "airflow.maxActiveRuns"],
    ],
  ])("of %s are %j", async (text, expected) => {
    const changed = changedSettings(await resolve({ "dkist-core.config.json": text }));
    expect(changed.sort()).toEqual(expected.sort());
  });
});

describe("readEnvironment", () => {
  it.each([
    {
      env: {},
      read: {
        buildVersion: null,
        loadTimeoutSeconds: 60,
        sourceDateEpoch: null,
        codeMount: null,
        airflowApi: NO_AIRFLOW_API,
      },
    },
    {
      env: { BUILD_VERSION: "", DKIST_LOAD_TIMEOUT_SECONDS: "", SOURCE_DATE_EPOCH: "" },
      read: {
        buildVersion: null,
        loadTimeoutSeconds: 60,
        sourceDateEpoch: null,
        codeMount: null,
        airflowApi: NO_AIRFLOW_API,
      },
    },
    {
      env: {
        BUILD_VERSION: "1",
        DKIST_LOAD_TIMEOUT_SECONDS: "0.5",
        SOURCE_DATE_EPOCH: "as it is",
        CODE_MOUNT: "/code",
      },
      read: {
        buildVersion: "1",
        loadTimeoutSeconds: 0.5,
        sourceDateEpoch: "as it is",
        codeMount: "/code",
        airflowApi: NO_AIRFLOW_API,
      },
    },
  ])("reads $env", ({ env, read }) => {
    expect(readEnvironment(env)).toEqual(read);
  });

  it.each(["0", "-1", "abc", "Infinity", "NaN", "9999999"])(
    "refuses a load timeout of %s: a timer could not count it",
    (text) => {
      expect(() => readEnvironment({ DKIST_LOAD_TIMEOUT_SECONDS: text })).toThrow("DKIST_LOAD_TIMEOUT_SECONDS");
    },
  );

  it("minds no other variable, where the original fails on any it does not know", () => {
    expect(readEnvironment({ FOO: "1", MESH_CONFIG: "{bad" })).toEqual(readEnvironment({}));
  });
});

describe("configJsonSchema", () => {
  it("describes every setting, and knows the names that the schema knows", () => {
    const { properties } = configJsonSchema() as { properties: Record<string, { description?: string }> };
    expect(Object.keys(properties).sort()).toEqual(Object.keys(configSchema.shape).sort());
    for (const { description } of Object.values(properties)) expect(description).toMatch(/\.$/);
  });
});
