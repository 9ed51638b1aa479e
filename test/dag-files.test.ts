import { afterEach, describe, expect, it } from "@jest/globals";
import { DkistCoreError } from "../src/model/diagnostics.js";
import { prepareTemplates } from "../src/dag-files.js";
import { resolveConfig } from "../src/config/load.js";
import { removeFolders, tempFolder } from "./helpers/folders.js";

afterEach(removeFolders);

async function prepared(template: string) {
  const cwd = await tempFolder({
    "package.json": '{ "name": "vbi", "dkist-core": { "templates": "own" } }',
    "own/dag.py.hbs": template,
  });
  return prepareTemplates(await resolveConfig({ cwd, env: {} }));
}

describe("prepareTemplates", () => {
  it("gives the same templates each time, those of the client repo among them", async () => {
    const templates = await prepared("own = {{py dagId}}\n");
    expect(templates()).toBe(templates());
    expect(templates().render("dag.py", { dagId: "a" })).toBe('own = "a"\n');
  });

  it.each([
    ["cannot be read", "{{#if", "is not a Handlebars template"],
    ["writes a value as it is", "{{dagId}}", "would be written as it is"],
    ["needs a helper that is not there", "{{#shout x}}{{/shout}}", "shout"],
  ])("says what is wrong with a template that %s only when it is needed", async (_, template, sentence) => {
    const templates = await prepared(template);
    const render = () => templates().render("dag.py", { dagId: "a", x: 1 });
    expect(render).toThrow(DkistCoreError);
    expect(render).toThrow(sentence);
  });
});
