import { afterEach, describe, expect, it } from "@jest/globals";
import { transform } from "esbuild";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { authoredPosition, sourcePosition } from "../../src/load/source-position.js";
import { removeFolders, tempFolder, writeTree } from "../helpers/folders.js";

afterEach(removeFolders);

const stack = (...frames: string[]): string => ["Error", ...frames.map((frame) => `    at ${frame}`)].join("\n");

describe("sourcePosition", () => {
  it.each([
    { label: "a function", frame: (file: string) => `make (${file}:3:7)` },
    { label: "the top level", frame: (file: string) => `${file}:3:7` },
    { label: "an ES module", frame: (file: string) => pathToFileURL(file).href + ":3:7" },
    { label: "an async frame", frame: (file: string) => `async ${pathToFileURL(file).href}:3:7` },
    { label: "a constructor", frame: (file: string) => `new Workflow (${pathToFileURL(file).href}:3:7)` },
    { label: "a method with an alias", frame: (file: string) => `Object.a [as b] (${file}:3:7)` },
  ])("reads the frame of $label, below any folder", async ({ frame }) => {
    const root = await tempFolder({ "dist/w.js": "" }, "a b (copy) é%20:1");
    const file = path.join(root, "dist/w.js");
    expect(sourcePosition(stack(frame(file)), root)).toEqual({ file: "dist/w.js", line: 3, column: 7 });
  });

  it("takes the first frame in the client repo itself", async () => {
    const root = await tempFolder({ "w.js": "" });
    const text = stack(
      "Module._compile (node:internal/modules/cjs/loader:1:1)",
      `f (${root}/node_modules/lib/index.js:1:1)`,
      `g (${root}-other/w.js:1:1)`,
      `eval (eval at run (${root}/w.js:1:1), <anonymous>:1:1)`,
      `Promise.all (index 0)`,
      `h (${root}/w.js:5:6)`,
      `i (${root}/w.js:7:8)`,
    );
    expect(sourcePosition(text, root)).toEqual({ file: "w.js", line: 5, column: 6 });
  });

  it.each([undefined, "", "Error: x", stack("node:internal:1:1"), stack("/elsewhere/w.js:1:1")])(
    "knows nothing from %p",
    async (text) => {
      expect(sourcePosition(text, await tempFolder())).toEqual({});
    },
  );

  it.each(["external", "inline"] as const)("follows an %s source map to the author's line", async (sourcemap) => {
    const source = "type T = string;\nconst t: T = 'x';\n\nexport const w = f(t);\n";
    const compiled = await transform(source, {
      loader: "ts",
      sourcemap,
      sourcefile: "../src/w.ts",
      ...(sourcemap === "external" ? { minifyWhitespace: true } : {}),
    });
    const link = sourcemap === "external" ? "\n//# sourceMappingURL=w.js.map\n" : "";
    const root = await tempFolder({
      "src/w.ts": source,
      "dist/w.js": compiled.code + link,
      "dist/w.js.map": compiled.map,
    });
    const lines = compiled.code.split("\n");
    const line = lines.findIndex((one) => one.includes("f(t)"));
    const at = `${root}/dist/w.js:${line + 1}:${(lines[line]?.indexOf("f(t)") ?? 0) + 1}`;
    expect(sourcePosition(stack(`f (${at})`), root)).toEqual({ file: "src/w.ts", line: 4, column: 18 });
  });

  it.each([
    { label: "is missing", map: undefined },
    { label: "is no JSON", map: "{" },
    {
      label: "names a source that is not there",
      map: '{"version":3,"sources":["gone.ts"],"names":[],"mappings":"AAAA"}',
    },
  ])("keeps the compiled line where the source map $label", async ({ map }) => {
    const root = await tempFolder({ "w.js": "x;\n//# sourceMappingURL=w.js.map\n" });
    if (map !== undefined) await writeTree(root, { "w.js.map": map });
    expect(sourcePosition(stack(`f (${root}/w.js:1:1)`), root)).toEqual({ file: "w.js", line: 1, column: 1 });
  });

  it("keeps the line of a file that is no longer there", async () => {
    const root = await tempFolder();
    expect(sourcePosition(stack(`f (${root}/gone.js:1:2)`), root)).toEqual({ file: "gone.js", line: 1, column: 2 });
  });
});

describe("authoredPosition", () => {
  it.each([
    { label: "the call in the workflow module, not the helper's line", frames: ["lib/make.js:3:7", "dist/vbi.js:9:1"] },
    {
      label: "the outermost call, where the helper is in the workflow module too",
      frames: ["dist/vbi.js:3:7", "dist/vbi.js:9:1"],
    },
    { label: "the outermost of several workflow modules", frames: ["dist/common.js:3:7", "dist/vbi.js:9:1"] },
    {
      label: "through any number of helpers",
      frames: ["a.js:1:1", "b.js:2:2", "c.js:3:3", "dist/vbi.js:9:1", "d.js:4:4"],
    },
  ])("names $label", async ({ frames }) => {
    const root = await tempFolder();
    const text = stack(...frames.map((frame) => `f (${root}/${frame})`));
    const modules = new Set([`${root}/dist/common.js`, `${root}/dist/vbi.js`]);
    expect(authoredPosition(text, root, modules)).toEqual({ file: "dist/vbi.js", line: 9, column: 1 });
  });

  it("looks no further than to where a CommonJS module was asked for", async () => {
    const root = await tempFolder();
    const text = stack(
      `Object.<anonymous> (${root}/dist/vbi.cjs:3:7)`,
      "Module._compile (node:internal/modules/cjs/loader:1554:14)",
      `Object.<anonymous> (${root}/dist/index.cjs:1:1)`,
    );
    const modules = new Set([`${root}/dist/index.cjs`, `${root}/dist/vbi.cjs`]);
    expect(authoredPosition(text, root, modules)).toEqual({ file: "dist/vbi.cjs", line: 3, column: 7 });
  });

  it("names the helper where no workflow module is among the frames", async () => {
    const root = await tempFolder();
    const text = stack(`make (${root}/lib/make.js:3:7)`, `all (${root}/lib/all.js:5:1)`);
    expect(authoredPosition(text, root, new Set())).toEqual({ file: "lib/make.js", line: 3, column: 7 });
  });
});
