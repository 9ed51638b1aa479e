import { describe, expect, it } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { dagTags, renderDags } from "../../src/render/dag.js";
import { loadTemplates } from "../../src/render/engine.js";
import { GOLDENS, SETTINGS, node, workflow } from "../helpers/airflow-workflows.js";

const templates = loadTemplates();

/** The content of a workflow's only file. */
function render(...parameters: [(typeof GOLDENS)[number]["workflow"], typeof SETTINGS?]): string {
  const [model, settings = SETTINGS] = parameters;
  return renderDags([model], settings, templates)[0]?.content ?? "";
}

describe("renderDags", () => {
  it.each(GOLDENS)("writes test/golden/$name.py", ({ name, workflow: model, settings }) => {
    const golden = fileURLToPath(new URL(`../golden/${name}.py`, import.meta.url));
    const content = render(model, settings);
    // UPDATE_GOLDENS=1 writes them anew: the change is then read in the diff.
    if (process.env["UPDATE_GOLDENS"] !== undefined) writeFileSync(golden, content);
    expect(content).toBe(readFileSync(golden, "utf8"));
  });
});
