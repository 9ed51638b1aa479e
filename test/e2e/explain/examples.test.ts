/** The examples of `dkist-core explain` are real: the wrong one has its code, the right one is clean. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { transformSync } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { DIAGNOSTIC_CODES, ERROR_CODES } from "../../../src/model/diagnostics.js";
import { EXPLANATIONS, type Example } from "../../../src/model/explanation.js";
import { clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

let repo: ClientRepo;
afterEach(() => repo.remove());

/** Needs a real Airflow, see test/integration/airflow; needs a moment that no test can choose, see test/e2e/manners. */
const NOT_RUN = ["AIRFLOW_MISMATCH", "STOPPED"];
const EXAMPLES = [...DIAGNOSTIC_CODES, ...ERROR_CODES].filter((code) => !NOT_RUN.includes(code));

/** Who commits in the examples. */
const AUTHOR = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "An Author"],
    [`GIT_${who}_EMAIL`, "author@example.org"],
  ]),
);

/** Other workflow modules say what they are by being listed. */
const TO_BE_BUNDLED = ["TASK_NOT_EXPORTED", "BUNDLE_FAILED", "BUNDLE_DOES_NOT_START", "LOAD_CRASHED"];

/** A workflow module: what an example names and does not define itself is defined before it. */
function moduleOf(example: string): string {
  const tasks = ["Transfer", "Dark", "Gain"].filter((name) => !example.includes(`class ${name} `));
  const needsWorkflow = /\bvbi\b/.test(example) && !/\bconst vbi\b/.test(example);
  const source = [
    'import { TaskBase, Workflow } from "dkist-processing-core";',
    ...tasks.map((name) => `export class ${name} extends TaskBase { async run() {} }`),
    ...(needsWorkflow ? ['export const vbi = new Workflow({ workflowName: "vbi" });'] : []),
    example,
  ].join("\n");
  return transformSync(source, { loader: "ts" }).code;
}

const CONFIG = { sh: { assets: ["conf/*.json"] }, handlebars: { templates: "templates" }, ts: {}, yaml: undefined };

function filesOf({ language, file }: Example, text: string): Record<string, string> {
  const config = CONFIG[language];
  return {
    "conf/lines.json": "656.28",
    "dist/workflows/vbi.js": moduleOf(language === "ts" ? text : "vbi.addNode(Transfer);"),
    ...(config === undefined ? {} : { "dkist-core.config.json": JSON.stringify(config) }),
    ...(file === undefined ? {} : { [file]: text }),
  };
}

/** The codes that an example's last command finds. */
function codesOf(code: string, example: Example, text: string): string[] {
  repo = clientRepo(filesOf(example, text));
  const check = TO_BE_BUNDLED.includes(code) || example.language !== "ts" ? "test-workflows --airflow none" : "list";
  const stdout = runShell(`${example.language === "sh" ? text : `dkist-core ${check}`} --json || true`);
  repo.remove();
  // A run streams a line an event.
  const document = stdout.startsWith("{\n")
    ? stdout
    : (stdout
        .trimEnd()
        .split(/\n(?=\{)/)
        .at(-1) ?? "");
  const { diagnostics = [] } = JSON.parse(document) as { diagnostics?: { code: string }[] };
  return diagnostics.map((found) => found.code);
}

/** Runs commands as they stand, `dkist-core` among them by its name. */
function runShell(script: string): string {
  const bin = repo.file("bin");
  mkdirSync(bin);
  symlinkSync(path.join(PACKAGE_ROOT, "bin/dkist-core.js"), path.join(bin, "dkist-core"));
  const places = [bin, path.dirname(process.execPath), process.env["PATH"] ?? ""];
  const env = { ...process.env, ...AUTHOR, NODE_OPTIONS: "", PATH: places.join(path.delimiter) };
  const { stdout, stderr, status } = spawnSync("bash", ["-e", "-c", script], { cwd: repo.root, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ended with ${status ?? "a signal"}:\n${stdout}${stderr}`);
  return stdout;
}

describe("the example of", () => {
  it.each(EXAMPLES)("%s", (code) => {
    const { example } = EXPLANATIONS[code];
    expect(codesOf(code, example, example.wrong)).toContain(code);
    // Most examples lie in no git repository, and only what is built is asked for its commit.
    const left = codesOf(code, example, example.right).filter((found) => code === "NO_COMMIT" || found !== "NO_COMMIT");
    expect(left).toEqual([]);
  });
});
