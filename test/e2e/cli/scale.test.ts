/** Client repos far larger than any: every command comes to its end, in bounded memory. Whole sizes in the soak. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ExportResult, ListResult, ReleaseResult, ValidationResult } from "../../../src/build.js";
import { dkistCoreJson } from "../../helpers/cli.js";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";

const MB = 1_000_000;
const LONG = 1_800_000;

/** Writes the most memory that each Node process of a command had, in kB, into a file of its own. */
const METER = `data:text/javascript,${encodeURIComponent(`
  import { writeFileSync } from "node:fs";
  process.on("exit", () => writeFileSync(process.env.METER_FOLDER + "/" + process.pid, String(process.resourceUsage().maxRSS)));
`)}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "scale-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Metered<T> {
  readonly result: T;
  readonly megabytes: number;
}

/** Runs a command; says how long it took and what memory its largest process had, under this name in the soak. */
async function metered<T>(name: string, repo: ClientRepo, parameters: readonly string[]): Promise<Metered<T>> {
  const meter = path.join(folder, name);
  mkdirSync(meter);
  const began = performance.now();
  const { document, exitCode, stderr } = await dkistCoreJson<T>(parameters, {
    cwd: repo.root,
    env: { NODE_OPTIONS: `--import ${METER}`, METER_FOLDER: meter, DKIST_LOAD_TIMEOUT_SECONDS: "600" },
  });
  expect({ exitCode, diagnostics: document.diagnostics.slice(0, 3), stderr: stderr.slice(0, 2000) }).toMatchObject({
    exitCode: 0,
  });
  const kilobytes = Math.max(...readdirSync(meter).map((file) => Number(readFileSync(path.join(meter, file), "utf8"))));
  const megabytes = Math.round((kilobytes * 1024) / MB);
  countInSoak({ [`${name}, s`]: Math.round((performance.now() - began) / 1000), [`${name}, MB`]: megabytes });
  return { result: document.result, megabytes };
}

const HEAD = 'import { TaskBase, Workflow } from "dkist-processing-core";\n';

describe("many workflows", () => {
  const workflows = soakRounds("DKIST_SOAK_WORKFLOWS", 300);
  let repo: ClientRepo;
  beforeAll(() => {
    repo = clientRepo({
      "dist/workflows/all.js": `${HEAD}
        export class A extends TaskBase { run() {} }
        export class B extends TaskBase { run() {} }
        export const all = Array.from({ length: ${workflows} }, (_, index) =>
          new Workflow({ workflowName: "flow-" + index }).addNode(A).addNode(B, { upstreams: A }));`,
    });
  });
  afterAll(() => repo.remove());

  it(
    "are listed, exported, drawn, checked and built",
    async () => {
      const list = await metered<ListResult>(`${workflows} workflows: list`, repo, ["list"]);
      expect(list.result.workflows).toHaveLength(workflows);
      const exported = await metered<ExportResult>(`${workflows} workflows: export-dags`, repo, ["export-dags"]);
      expect(exported.result.files).toHaveLength(workflows);
      expect(readdirSync(repo.file("dags"))).toHaveLength(workflows);
      const junit = ["test-workflows", "--airflow", "none", "--junit", "junit.xml"];
      await metered<ValidationResult>(`${workflows} workflows: test-workflows`, repo, junit);
      expect(readFileSync(repo.file("junit.xml"), "utf8").match(/<testcase/g)?.length).toBeGreaterThan(workflows);
      const built = await metered<ReleaseResult>(`${workflows} workflows: build`, repo, [
        ...["build", "--version", "1", "--airflow", "none"],
      ]);
      await metered(`${workflows} workflows: verify`, repo, ["verify", built.result.manifest]);
      for (const { megabytes } of [list, exported, built]) expect(megabytes).toBeLessThan(300 + workflows / 10);
    },
    LONG,
  );
});

describe("a large workflow", () => {
  const nodes = soakRounds("DKIST_SOAK_NODES", 300);

  /** Nodes in layers of 50, or one after another. */
  const large = (upstreams: string): ClientRepo =>
    clientRepo({
      "dist/workflows/large.js": `${HEAD}
        const tasks = Array.from({ length: ${nodes} }, (_, index) => class extends TaskBase {
          static taskName = "Step" + index;
          run() {}
        });
        export const large = new Workflow({ workflowName: "large" });
        for (const [index, task] of tasks.entries()) large.addNode(task, { upstreams: ${upstreams} });`,
    });

  it.each([
    ["in layers", "index < 50 ? [] : [tasks[index - 50], tasks[index - 1]]"],
    ["as a chain", "index === 0 ? [] : tasks[index - 1]"],
    ["as a chain, the last node first", "index === tasks.length - 1 ? [] : tasks[index + 1]"],
  ])(
    "%s is listed, exported, read by Python and drawn",
    async (shape, upstreams) => {
      const repo = large(upstreams);
      const name = `${nodes} nodes ${shape}`;
      const { result, megabytes } = await metered<ExportResult>(`${name}: export-dags`, repo, ["export-dags"]);
      expect(readFileSync(repo.file(result.files[0]?.path ?? ""), "utf8").match(/DkistTask\(\n/g)).toHaveLength(nodes);
      for (const format of ["mermaid", "dot", "svg", "html"])
        await metered(`${name}: graph ${format}`, repo, ["graph", "--format", format]);
      expect(megabytes).toBeLessThan(400);
      repo.remove();
    },
    LONG,
  );

  it(
    "is found to have a cycle through all of its nodes",
    async () => {
      const repo = large("tasks[(index + tasks.length - 1) % tasks.length]");
      const { document, exitCode } = await dkistCoreJson(["list"], { cwd: repo.root });
      expect(exitCode).toBe(1);
      expect(document.diagnostics).toMatchObject([{ code: "CYCLE" }]);
      expect(document.diagnostics[0]?.message.length).toBeLessThan(500);
      repo.remove();
    },
    LONG,
  );
});

it(
  "many tasks are bundled, started and packed, each alone",
  async () => {
    const tasks = soakRounds("DKIST_SOAK_TASKS", 12);
    const names = Array.from({ length: tasks }, (_, index) => `Task${index}`);
    const repo = clientRepo({
      ...Object.fromEntries(
        names.map((name) => [
          `dist/tasks/${name}.js`,
          `import { TaskBase } from "dkist-processing-core"; export class ${name} extends TaskBase { run() { return ${JSON.stringify(name)}; } }`,
        ]),
      ),
      "dist/workflows/all.js": `import { Workflow } from "dkist-processing-core";
        ${names.map((name) => `import { ${name} } from "../tasks/${name}.js";`).join("\n")}
        export const all = new Workflow({ workflowName: "all" });
        for (const task of [${names.join(", ")}]) all.addNode(task);`,
    });
    const { result, megabytes } = await metered<ReleaseResult>(`${tasks} tasks: build`, repo, [
      ...["build", "--version", "1", "--airflow", "none"],
    ]);
    expect(result.bundles).toHaveLength(tasks);
    expect(megabytes).toBeLessThan(300 + tasks / 2);
    repo.remove();
  },
  LONG,
);

describe("a large asset", () => {
  const megabytes = soakRounds("DKIST_SOAK_ASSET_MB", 32);

  it(
    "is never in memory as a whole, and comes out of the release whole",
    async () => {
      const repo = clientRepo({
        "dkist-core.config.json": '{"assets": ["data/**"]}',
        "dist/workflows/a.js": `${HEAD}export class A extends TaskBase { run() {} }
          export const w = new Workflow({ workflowName: "w" }).addNode(A);`,
        "data/frames.bin": "frames",
      });
      truncateSync(repo.file("data/frames.bin"), megabytes * MB);
      const name = `an asset of ${megabytes} MB`;
      const built = await metered<ReleaseResult>(`${name}: build`, repo, [
        ...["build", "--version", "1", "--airflow", "none"],
      ]);
      expect(built.megabytes).toBeLessThan(300);
      // All of it is one byte, which is what a bomb looks like.
      const verified = await metered(`${name}: verify`, repo, ["verify", built.result.manifest, "--max-size", "5000"]);
      expect(verified.megabytes).toBeLessThan(300);
      repo.remove();
    },
    LONG,
  );

  it("of more than 2 GB is refused before it is read", async () => {
    const repo = clientRepo({
      "dkist-core.config.json": '{"assets": ["data/**"]}',
      "dist/workflows/a.js": `${HEAD}export class A extends TaskBase { run() {} }
        export const w = new Workflow({ workflowName: "w" }).addNode(A);`,
      "data/frames.bin": "frames",
    });
    writeFileSync(repo.file("data/small.txt"), "");
    truncateSync(repo.file("data/frames.bin"), 2 ** 31);
    const { document, exitCode } = await dkistCoreJson(["build", "--airflow", "none"], { cwd: repo.root });
    expect(exitCode).toBe(2);
    expect(document.diagnostics).toMatchObject([
      { code: "BAD_ASSET", message: 'the asset "data/frames.bin" has more than 2 GB' },
    ]);
    repo.remove();
  });
});
