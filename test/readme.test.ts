import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { createProgram } from "../src/cli/program.js";
import { configJsonSchema } from "../src/config/schema.js";
import { DIAGNOSTIC_CODES } from "../src/model/diagnostics.js";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

function settingNames(schema: Schema, prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    inner.properties === undefined ? [`${prefix}${name}`] : settingNames(inner, `${prefix}${name}.`),
  );
}

describe("the README speaks of", () => {
  it.each(settingNames(configJsonSchema()))("the setting %s", (name) => {
    expect(README).toContain(name === "$schema" ? '"$schema"' : `\`${name}\``);
  });

  it.each(DIAGNOSTIC_CODES)("the finding %s", (code) => {
    expect(README).toContain(`\`${code}\``);
  });

  const program = createProgram(
    () => Promise.resolve(0),
    () => undefined,
  );
  it.each(program.commands.map((command) => [command.name(), command] as const))("the command %s", (name, command) => {
    expect(README).toContain(`\`${name}\``);
    for (const option of command.options) expect(README).toContain(option.long ?? "");
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
    "SOURCE_DATE_EPOCH",
  ])("the variable %s", (name) => {
    expect(README).toContain(`\`${name}\``);
  });
});
