/** Each page speaks of everything that it promises to be about. */
import { describe, expect, it } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createProgram } from "../../src/cli/program.js";
import { configJsonSchema } from "../../src/config/schema.js";
import { DIAGNOSTIC_CODES, ERROR_CODES } from "../../src/model/diagnostics.js";
import { ExitCode } from "../../src/runtime/exit-codes.js";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";
import { readPage } from "../helpers/doc-page.js";

const VARIABLE = /\b(?:DKIST_[A-Z_]+|ISB_[A-Z_]+|BUILD_VERSION|SOURCE_DATE_EPOCH|CODE_MOUNT|MESH_CONFIG)\b/g;

const README = readPage("README.md").text;
const CONFIGURATION = readPage("docs/configuration.md").text;
const CODES = readPage("docs/codes.md").text;
const CLI = readPage("docs/cli.md").text;
const OPERATIONS = readPage("docs/operations.md").text;

/** Of a task's DAG alone: it says which folder `run.js` is in. For tests alone: how long the notifier tries. */
const NOT_FOR_READERS = ["DKIST_TASK", "DKIST_NOTIFY_DEADLINE_MS"];
/** Every variable that some source names. */
const variables = [...new Set(sourceTexts().flatMap((text) => text.match(VARIABLE) ?? []))]
  .filter((name) => !NOT_FOR_READERS.includes(name))
  .sort();

function sourceTexts(): string[] {
  return ["src", "templates"].flatMap((folder) => {
    const root = path.join(PACKAGE_ROOT, folder);
    const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
  });
}

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

  it("the variables are found", () => {
    expect(variables).toEqual(expect.arrayContaining(["BUILD_VERSION", "CODE_MOUNT", "ISB_PASSWORD", "MESH_CONFIG"]));
  });

  it.each(variables)("the variable %s", (name) => {
    expect(CONFIGURATION.includes(`| \`${name}\``)).toBe(true);
  });
});

it.each([...DIAGNOSTIC_CODES, ...ERROR_CODES])("the page of the codes: %s", (code) => {
  expect(CODES.includes(`\n### ${code}\n`)).toBe(true);
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
