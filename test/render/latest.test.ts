import { describe, expect, it } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadTemplates } from "../../src/render/engine.js";
import { latestFileName, readLatest, renderLatest } from "../../src/render/latest.js";
import { PROMOTED } from "../helpers/airflow-workflows.js";

const templates = loadTemplates();

describe("renderLatest", () => {
  it("writes test/golden/latest.py", () => {
    const golden = fileURLToPath(new URL("../golden/latest.py", import.meta.url));
    const content = renderLatest(PROMOTED, templates);
    if (process.env["UPDATE_GOLDENS"] !== undefined) writeFileSync(golden, content);
    expect(content).toBe(readFileSync(golden, "utf8"));
    expect(content).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it("does not change with the order of the workflows", () => {
    expect(renderLatest({ ...PROMOTED, workflows: [...PROMOTED.workflows].reverse() }, templates)).toBe(
      renderLatest(PROMOTED, templates),
    );
  });

  it("is never the file of a version", () => {
    expect(latestFileName("vbi")).toBe("vbi_latest.py");
  });
});

describe("readLatest", () => {
  it.each(["1.4.0", "1.4.0-rc1", "A"])("says which release is promoted: %s", (version) => {
    expect(readLatest(renderLatest({ ...PROMOTED, version }, templates))).toEqual({ name: PROMOTED.name, version });
  });

  it.each(["", "NAME = 1\nPROMOTED = 2", 'PROMOTED = "1.4.0"', "import os\n"])("knows none in %j", (text) => {
    expect(readLatest(text)).toBeUndefined();
  });
});
