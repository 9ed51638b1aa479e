import { afterEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readSourceState } from "../src/artifact/source-state.js";
import { createProgram } from "../src/cli/program.js";
import { CI_FILES, defaultCategory, planClientRepo } from "../src/init.js";
import { isPackageName, packageNameLike } from "../src/model/package-name.js";
import { loadClientTemplates } from "../src/render/engine.js";
import { removeFolders, tempFolder, writeTree } from "./helpers/folders.js";
import { commitAll } from "./helpers/git.js";

afterEach(removeFolders);

const templates = loadClientTemplates();
const fileOf = (options: Parameters<typeof planClientRepo>[0], path: string): string =>
  planClientRepo(options, templates).files.find((file) => file.path === path)?.content ?? `no ${path}`;

describe("planClientRepo", () => {
  it("names everything after the folder", () => {
    const plan = planClientRepo({ folder: "/repos/dkist-processing-vbi" }, templates);
    expect(plan).toMatchObject({ name: "dkist-processing-vbi", workflowName: "l0_to_l1_vbi" });
    expect(plan.files.map(({ path }) => path)).toContain("src/workflows/vbi.ts");
    expect(plan.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([".gitignore", ...Object.values(CI_FILES)]),
    );
  });

  it("writes the pipeline files of the services that are asked for", () => {
    const paths = planClientRepo({ folder: "/x", ci: ["gitlab"] }, templates).files.map(({ path }) => path);
    expect(paths).toContain(CI_FILES.gitlab);
    expect(paths).not.toContain(CI_FILES.github);
    expect(paths).not.toContain(CI_FILES.bitbucket);
  });

  it("lets git ignore all that its pipelines leave behind: a release is built after them", async () => {
    const { files } = planClientRepo({ folder: "/repos/vbi" }, templates);
    const folder = await tempFolder(Object.fromEntries(files.map(({ path, content }) => [path, content])));
    commitAll(folder);
    await writeTree(folder, {
      "node_modules/a/index.js": "",
      ".npm/_cacache/a": "",
      "dist/src/a.js": "",
      "test-results/dkist-core.xml": "",
      ".dkist-core/runs/a/events.jsonl": "",
    });
    expect(await readSourceState(folder, ["artifacts", "dags"])).toMatchObject({ changed: [], noCommit: null });
  });

  it("takes any text for the library, as data", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (library) => {
        const manifest = JSON.parse(fileOf({ folder: "/x", library }, "package.json")) as {
          dependencies: Record<string, string>;
        };
        expect(manifest.dependencies).toEqual({ "dkist-processing-core": library });
      }),
    );
  });

  it.each([
    [{ folder: "/repos/!!!" }, "--name"],
    [{ folder: "/x", name: "Has Spaces" }, "--name"],
    [{ folder: "/x", name: "a".repeat(101) }, "--name"],
    [{ folder: "/x", category: "a b" }, "--category"],
    [{ folder: "/x", category: "../up" }, "--category"],
    [{ folder: "/x", category: "`id`" }, "--category"],
  ])("refuses %j, and says what to give", (options, flag) => {
    expect(() => planClientRepo(options, templates)).toThrow(
      expect.objectContaining({ code: "BAD_USAGE", hint: expect.stringContaining(flag) }),
    );
  });
});

it.each([
  ["vbi", "vbi"],
  ["dkist-processing-vbi", "vbi"],
  ["@dkist/visp", "visp"],
])("the category of %s is %s", (name, category) => {
  expect(defaultCategory(name)).toBe(category);
});

describe("packageNameLike", () => {
  it.each([
    ["My Pipeline (VBI)", "my-pipeline-vbi"],
    ["Müller", "muller"],
    ["望遠鏡", undefined],
    ["--", undefined],
  ])("%s: %s", (text, name) => {
    expect(packageNameLike(text)).toBe(name);
  });

  it("makes names only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const name = packageNameLike(text);
        expect(name === undefined || isPackageName(name)).toBe(true);
      }),
    );
  });
});

describe("the pipeline files", () => {
  const program = createProgram(
    () => Promise.resolve(0),
    () => undefined,
  );
  it.each(Object.values(CI_FILES))("%s calls commands and options that are there", (path) => {
    const lines = fileOf({ folder: "/x" }, path).match(/dkist-core [a-z].*$/gm) ?? [];
    const calls = lines.map((line) => line.split(/\s+/)).filter(([, word = ""]) => !word.endsWith(".xml"));
    expect(calls.length).toBeGreaterThan(1);
    for (const [, name, ...words] of calls) {
      const command = program.commands.find((one) => one.name() === name);
      const flags = words.filter((word) => word.startsWith("--"));
      expect(command?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags));
    }
  });
});
