import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { DkistCoreError } from "../../src/model/diagnostics.js";
import { checkTemplate, loadTemplates } from "../../src/render/engine.js";

const TEMPLATES = fileURLToPath(new URL("../../templates/", import.meta.url));

describe("the package's templates", () => {
  it("write no value that has not gone through its language's literal encoder", async () => {
    const names = (await readdir(TEMPLATES, { recursive: true })).filter((name) =>
      /\.(py|js|html|css)\.hbs$/.test(name),
    );
    expect(names).toEqual(expect.arrayContaining(["dag.py.hbs", "partials/node.py.hbs"]));
    for (const name of names) {
      const [, language = ""] = /\.(\w+)\.hbs$/.exec(name) ?? [];
      // A style sheet takes no values.
      const gate = language === "css" ? "none" : language;
      const tags = (await readFile(join(TEMPLATES, name), "utf8")).match(/\{\{.*?\}\}/g) ?? [];
      const allowed = new RegExp(String.raw`^\{\{(${gate} [\w.]+|[#/](each|if)\b[^{}]*|else|> \w+)\}\}$`);
      expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
    }
  });

  it("are ASCII, so that a DAG file is", async () => {
    for (const name of ["dag.py.hbs", "partials/node.py.hbs", "partials/operator.py.hbs", "partials/failure.py.hbs"]) {
      expect(await readFile(join(TEMPLATES, name), "utf8")).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });
});

describe("checkTemplate", () => {
  it.each(["{{x}}", "{{{x}}}", "{{&x}}", "{{js x}}", "{{lookup a b}}", "{{#if a}}{{x}}{{/if}}", "{{py}}"])(
    "refuses %s",
    (source) => {
      expect(() => checkTemplate(`ok\n${source}`, "a.py.hbs")).toThrow(
        expect.objectContaining({ code: "TEMPLATE_FAILED", location: { file: "a.py.hbs", line: 2 } }),
      );
    },
  );

  it.each([
    ["a.html.hbs", "{{x}}"],
    ["a.html.hbs", "{{{x}}}"],
    ["a.html.hbs", "{{py x}}"],
    ["a.css.hbs", "{{x}}"],
    ["a.css.hbs", "{{html x}}"],
  ])("refuses in %s: %s", (path, source) => {
    expect(() => checkTemplate(source, path)).toThrow(expect.objectContaining({ code: "TEMPLATE_FAILED" }));
    expect(() => checkTemplate("{{html x}}", "a.html.hbs")).not.toThrow();
  });

  it("takes py, blocks and partials", () => {
    const source = "{{#each xs}}{{py this}}{{else}}{{> none}}{{/each}}";
    expect(() => checkTemplate(source, "a.py.hbs")).not.toThrow();
  });

  it("says what is no template", () => {
    expect(() => checkTemplate("{{#if a}}", "a.py.hbs")).toThrow("a.py.hbs is not a Handlebars template");
  });
});

describe("loadTemplates", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "templates "));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("takes an own template, with the package's partials and one's own", async () => {
    await mkdir(join(folder, "partials"));
    await writeFile(
      join(folder, "dag.py.hbs"),
      "# own {{py dagId}}\n{{#each nodes}}\n{{> node}}\n{{> mine}}\n{{/each}}\n",
    );
    await writeFile(join(folder, "partials", "mine.py.hbs"), "    mine({{py taskName}})\n");
    const text = loadTemplates(folder).render("dag.py", {
      dagId: 'a"b',
      nodes: [
        {
          taskName: "T",
          resourceQueue: "default",
          retries: 0,
          retryDelaySeconds: 60,
          executionTimeoutSeconds: null,
          pool: null,
          priorityWeight: null,
          triggerRule: null,
        },
      ],
    });
    expect(text).toContain('# own "a\\"b"\n    DkistTask(\n        task_id="T",');
    expect(text).toContain('    )\n    mine("T")\n');
  });

  it("fails for a field that the view lacks", async () => {
    await writeFile(join(folder, "dag.py.hbs"), "{{py dagID}}");
    expect(() => loadTemplates(folder).render("dag.py", { dagId: "x" })).toThrow(DkistCoreError);
  });

  it("fails for a helper that logic would need", async () => {
    await writeFile(join(folder, "dag.py.hbs"), "{{#shout x}}{{/shout}}");
    expect(() => loadTemplates(folder).render("dag.py", { x: 1 })).toThrow(/dag\.py\.hbs: .*shout/);
  });

  it("fails for it as soon as it is prepared, before there is anything to render", async () => {
    await writeFile(join(folder, "dag.py.hbs"), "{{#shout x}}{{/shout}}");
    const templates = loadTemplates(folder);
    expect(() => templates.prepare("dag.py")).toThrow(
      expect.objectContaining({ code: "TEMPLATE_FAILED", message: expect.stringMatching(/dag\.py\.hbs: .*shout/) }),
    );
  });

  it("fails for an own template that replaces nothing", async () => {
    await writeFile(join(folder, "dagg.py.hbs"), "");
    expect(() => loadTemplates(folder)).toThrow(/dagg\.py\.hbs replaces nothing/);
  });

  it("fails for a folder that is not there", () => {
    expect(() => loadTemplates(join(folder, "none"))).toThrow(
      expect.objectContaining({ code: "BAD_CONFIG", location: { field: "templates" } }),
    );
  });

  it("knows no other template", () => {
    expect(() => loadTemplates().render("dog.py", {})).toThrow("there is no template dog.py.hbs");
  });
});
