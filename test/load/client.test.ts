/** Client modules run in a process of their own, so this drives the compiled library from a plain Node. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Diagnostic } from "../../src/model/diagnostics.js";
import { removeFolders, tempFolder, type Tree } from "../helpers/folders.js";

afterEach(removeFolders);

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const PROGRAM = `
import { loadClient } from ${JSON.stringify(path.join(DIST, "load/client.js"))};
import { locateTasks } from ${JSON.stringify(path.join(DIST, "load/locate-tasks.js"))};
import { reachableModules } from ${JSON.stringify(path.join(DIST, "load/reachable-modules.js"))};
import { discover } from ${JSON.stringify(path.join(DIST, "load/discover.js"))};
const root = process.cwd();
const files = await discover(root, ["dist/workflows/**/*.{js,mjs,cjs}"]);
const client = await loadClient(root, files, 3);
const located = await locateTasks(await reachableModules(root, files), client);
const sites = await client.sites();
client.close();
console.log(JSON.stringify({ workflows: client.workflows, findings: client.findings, sites, located }));
`;

interface Loaded {
  readonly workflows: readonly { readonly workflowName: string; readonly file: string }[];
  readonly findings: readonly Diagnostic[];
  readonly sites: readonly { readonly workflow: Diagnostic["location"] }[];
  readonly located: {
    readonly tasks: readonly { readonly taskName: string; readonly module: string }[];
    readonly findings: readonly Diagnostic[];
  };
}

async function load(tree: Tree, ...below: string[]): Promise<{ root: string; loaded: Loaded }> {
  const root = await tempFolder(
    {
      "package.json": '{ "name": "client", "type": "module" }',
      "node_modules/dkist-processing-core": { link: path.dirname(DIST) },
      ...tree,
    },
    ...below,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", PROGRAM], { cwd: root });
  return { root, loaded: JSON.parse(stdout) as Loaded };
}

const task = (name: string): string => `import { TaskBase } from "dkist-processing-core";
export class ${name} extends TaskBase { run() {} }
`;
const workflow = (
  name: string,
  imports: string,
  nodes = "",
): string => `import { Workflow, TaskBase } from "dkist-processing-core";
${imports}
export const w = new Workflow({ workflowName: "${name}" });
${nodes}
`;

describe("loadClient", () => {
  it("loads what it can, and names each module that throws, ends the process, prints or never settles", async () => {
    const { loaded } = await load({
      "dist/workflows/a-good.js": workflow("good", ""),
      "dist/workflows/b-throws.js": 'throw new Error("no database");',
      "dist/workflows/c-exits.js": "process.exit(0);",
      "dist/workflows/d-prints.js": `console.log("hello");\n${workflow("prints", "")}`,
      "dist/workflows/e-never.js": "await new Promise((resolve) => setTimeout(resolve, 60_000));",
      "dist/workflows/f-missing.js": 'import "absent-package";',
      "dist/workflows/g-null.js": "throw null;",
      "dist/workflows/h-again.js": 'export { w as alias } from "./a-good.js";',
    });
    expect(loaded.workflows.map(({ workflowName, file }) => [workflowName, file])).toEqual([
      ["good", "dist/workflows/a-good.js"],
      ["prints", "dist/workflows/d-prints.js"],
    ]);
    const said = Object.fromEntries(
      loaded.findings.map(({ code, location, message }) => [path.basename(location.file ?? ""), `${code} ${message}`]),
    );
    expect(said).toEqual({
      "b-throws.js": "LOAD_FAILED the module throws while it loads: Error: no database",
      "c-exits.js": "LOAD_FAILED while it loads, it ends the process (exit code 0)",
      "d-prints.js": "LOAD_PRINTED a module prints to stdout while it loads",
      "e-never.js": "LOAD_FAILED the module did not finish loading within 3 s",
      "f-missing.js": expect.stringContaining("absent-package") as unknown,
      "g-null.js": expect.stringContaining("null was thrown") as unknown,
    });
    expect(loaded.sites[0]?.workflow).toMatchObject({ file: "dist/workflows/a-good.js", line: 3 });
  });
});

describe("loadClient and a module that sends messages of its own", () => {
  it.each(['"ready"', "null", "{}", '{ kind: "ready" }'])("takes no notice of %s", async (message) => {
    const { loaded } = await load({ "dist/workflows/w.js": workflow("good", "", `process.send?.(${message});`) });
    expect(loaded.findings).toEqual([]);
    expect(loaded.workflows.map(({ workflowName }) => workflowName)).toEqual(["good"]);
  });
});

describe("locateTasks", () => {
  it("finds a Task where the client repo lies in a folder with the characters of a glob", async () => {
    const tree = {
      "dist/workflows/w.js": `${task("A")}
import { Workflow } from "dkist-processing-core";
export const w = new Workflow({ workflowName: "w" }).addNode(A);
`,
    };
    const { loaded } = await load(tree, "glob[1]{a,b}*");
    expect(loaded.located.findings).toEqual([]);
    expect(loaded.located.tasks.map(({ taskName }) => taskName)).toEqual(["A"]);
  });

  it("finds the defining module behind re-exports and CommonJS, and imports nothing that reaches no library", async () => {
    const { root, loaded } = await load({
      "dist/tasks/a.js": task("A"),
      "dist/tasks/b.cjs":
        'const { TaskBase } = require("dkist-processing-core"); module.exports = { B: class B extends TaskBase { run() {} } };',
      "dist/tasks/index.js":
        'export * from "./a.js"; export { default as cjs } from "./b.cjs"; export const lazy = () => import("./lazy.js");',
      "dist/tasks/lazy.js": "process.exit(3);",
      "dist/workflows/w.js": workflow(
        "w",
        'import { A, cjs } from "../tasks/index.js";',
        "class Local extends TaskBase { run() {} }\nw.addNode(A).addNode(cjs.B, { upstreams: A }).addNode(Local);",
      ),
    });
    expect(loaded.findings).toEqual([]);
    expect(loaded.located.tasks.map(({ taskName, module }) => [taskName, path.relative(root, module)])).toEqual([
      ["A", "dist/tasks/a.js"],
      ["B", "dist/tasks/b.cjs"],
    ]);
    expect(loaded.located.findings).toMatchObject([
      { code: "TASK_NOT_EXPORTED", location: { file: "dist/workflows/w.js", workflow: "w", node: "Local" } },
    ]);
  });
});

it("says that a module ended the process after it had loaded", async () => {
  const root = await tempFolder({
    "package.json": '{ "name": "client", "type": "module" }',
    "node_modules/dkist-processing-core": { link: path.dirname(DIST) },
    "dist/workflows/w.js": `${workflow("w", "")}\nsetTimeout(() => process.exit(3), 200);`,
  });
  const program = PROGRAM.replace(
    "const located",
    "await new Promise((resolve) => setTimeout(resolve, 2_000));\nconst located",
  );
  const loading = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { cwd: root });
  await expect(loading).rejects.toThrow(/LOAD_CRASHED[^]*ended the process after it had loaded \(exit code 3\)/);
});
