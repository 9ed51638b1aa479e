/** Each page speaks of everything that it promises to be about. */
import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { createProgram } from "../../src/cli/program.js";
import { configJsonSchema } from "../../src/config/schema.js";
import { DIAGNOSTIC_CODES } from "../../src/model/diagnostics.js";
import { ExitCode } from "../../src/runtime/exit-codes.js";
import { readPage } from "../helpers/doc-page.js";

const README = readPage("README.md").text;
const CONFIGURATION = readPage("docs/configuration.md").text;
const FINDINGS = readPage("docs/findings.md").text;
const CLI = readPage("docs/cli.md").text;
const OPERATIONS = readPage("docs/operations.md").text;

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

function settingNames(schema: Schema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    inner.properties === undefined ? [`${prefix}${name}`] : settingNames(inner, `${prefix}${name}.`),
  );
}

describe("the configuration page", () => {
  it.each(settingNames(configJsonSchema()))("the setting %s", (name) => {
    expect(CONFIGURATION.includes(`| \`${name}\``)).toBe(true);
  });

  it.each([
    "BUILD_VERSION",
    "CODE_MOUNT",
    "MESH_CONFIG",
    "ISB_USERNAME",
    "ISB_PASSWORD",
    "ISB_EXCHANGE",
    "ISB_QUEUE_TYPE",
    "ISB_PROTOCOL",
    "DKIST_RECIPE_RUN_ID",
    "DKIST_WORKFLOW",
    "DKIST_VERSION",
    "DKIST_DAG_RUN_CONF",
    "DKIST_DAG_ID",
    "DKIST_RUN_ID",
    "DKIST_TRY_NUMBER",
    "DKIST_FAILURE_REPORT",
    "DKIST_LOG_FORMAT",
    "DKIST_LOAD_TIMEOUT_SECONDS",
  ])("the variable %s", (name) => {
    expect(CONFIGURATION.includes(`| \`${name}\``)).toBe(true);
  });
});

it.each(DIAGNOSTIC_CODES)("the findings page: %s", (code) => {
  expect(FINDINGS.includes(`| \`${code}\``)).toBe(true);
});

describe("the page of the command line", () => {
  const program = createProgram(
    () => Promise.resolve(0),
    () => undefined,
  );
  it.each(program.commands.map((command) => [command.name(), command] as const))("the command %s", (name, command) => {
    expect(CLI.includes(`\n### ${name}\n`)).toBe(true);
    for (const option of command.options) expect(CLI.includes(option.long ?? "")).toBe(true);
  });
});

describe("the operations page", () => {
  it.each(Object.entries(ExitCode))("the exit code of %s", (_, code) => {
    expect(OPERATIONS).toMatch(new RegExp(`^\\| [^|]*\\*\\*[^|]*\\b${code}\\b`, "m"));
  });

  const publishError = readFileSync(new URL("../../src/notify/publish-error.ts", import.meta.url), "utf8");
  const union = /export type PublishFailureCode =([^;]*);/.exec(publishError)?.[1] ?? "";
  const codes = [...union.matchAll(/"(\w+)"/g)].map(([, code = ""]) => code);

  it("the reasons are found", () => expect(codes).toContain("CONNECTION_REFUSED"));

  it.each(codes)("the reason %s why a message was not sent", (code) => {
    expect(OPERATIONS.includes(`| \`${code}\``)).toBe(true);
  });
});

describe("the README", () => {
  it.each(["npm run demo", "npm test"])("the command %s", (command) => {
    expect(README).toMatch(new RegExp(`^${command} +#`, "m"));
  });

  it.each(["docs/getting-started.md", "docs/operations.md", "docs/cli.md", "docs/api/README.md"])("%s", (page) => {
    expect(README).toContain(`](${page})`);
  });
});
