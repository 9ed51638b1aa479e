import { describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { WorkflowModel } from "../../src/model/workflow-model.js";
import { dagTags, renderDag, type DagSettings } from "../../src/render/dag.js";
import { loadTemplates } from "../../src/render/engine.js";
import { compileWithPython, findPython } from "../../src/validate/python.js";
import { GOLDENS, HOSTILE, node, SETTINGS, workflow } from "../helpers/airflow-workflows.js";

const templates = loadTemplates();

function render(model: WorkflowModel, settings: Partial<DagSettings> = {}): string {
  return renderDag(model, { ...SETTINGS, ...settings }, templates).content;
}

describe("renderDag", () => {
  it.each(GOLDENS)("writes test/golden/$name.py", ({ name, workflow: model, settings }) => {
    const golden = fileURLToPath(new URL(`../golden/${name}.py`, import.meta.url));
    const content = render(model, settings);
    // UPDATE_GOLDENS=1 writes them anew: the change is then read in the diff.
    if (process.env["UPDATE_GOLDENS"] !== undefined) writeFileSync(golden, content);
    expect(content).toBe(readFileSync(golden, "utf8"));
  });

  it("names a file by its DAG", () => {
    const { path, dagId } = renderDag(workflow("b", [node("T")]), SETTINGS, templates);
    expect([path, dagId]).toEqual(["b_1_4_0.py", "b_1.4.0"]);
  });

  it("writes ASCII that Python compiles, whatever the texts are", async () => {
    const python = (await findPython())?.path;
    if (python === undefined) throw new Error("this test needs a python3 on PATH");
    const files = GOLDENS.map(({ workflow: model, settings }) => renderDag(model, settings, templates));
    expect(await compileWithPython(python, files)).toEqual([]);
    for (const { content } of files) expect(content).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it("keeps texts out of Python and Jinja: a hostile one changes nothing but literals", () => {
    const withText = (text: string) => render(workflow("w", [node("T")], { tags: [text] }), { owner: text });
    const literals = /"(?:[^"\\\n]|\\.)*"/g;
    expect(withText(HOSTILE).replaceAll(literals, "_")).toBe(withText("plain").replaceAll(literals, "_"));
  });

  it("does not change with the order of the queues' options, nor with those of other queues", () => {
    const model = workflow("w", [node("A", { resourceQueue: "a" }), node("B", { resourceQueue: "b" })]);
    expect(render(model, { nodeOptions: { c: ["-x"], b: ["-b"], a: ["-a"] } })).toBe(
      render(model, { nodeOptions: { a: ["-a"], b: ["-b"] } }),
    );
  });

  it("changes only the version with the version", () => {
    const model = GOLDENS[0]?.workflow ?? workflow("w", []);
    const at = (version: string) => render(model, { version, releaseName: `vbi_${version}` });
    expect(at("2.0").replaceAll("2.0", "1.0")).toBe(at("1.0"));
  });

  it("writes an upstream that is given twice once", () => {
    const content = render(workflow("w", [node("A"), node("B", { upstreams: ["A", "A"] })]));
    expect(content.match(/set_dependency/g)).toHaveLength(1);
  });

  it("has the words that Airflow's safe mode looks for", () => {
    expect(render(workflow("w", [node("T")]))).toMatch(/airflow[^]*dag/);
  });

  it("runs tasks by bash that is valid, and that no Jinja tag opens in", () => {
    const bash = /RUN_TASK = """\\\n([^]*?)"""/.exec(render(workflow("w", [node("T")])))?.[1] ?? "";
    expect(bash).toContain("exec ");
    expect(bash).not.toMatch(/\{\{|\{%|\{#|\\/);
    const checked = spawnSync("bash", ["-n"], { input: bash, encoding: "utf8" });
    expect([checked.status, checked.stderr]).toEqual([0, ""]);
  });
});

describe("dagTags", () => {
  it("sorts by code unit, each once, with the version", () => {
    expect(dagTags(workflow("w", [], { tags: ["b", "Z", "a", "1.0"] }), "1.0")).toEqual(["1.0", "Z", "a", "b"]);
  });
});
