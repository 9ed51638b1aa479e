import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BundleError } from "../../src/bundle/bundle-settings.js";
import { startBundles } from "../../src/bundle/start-check.js";
import { commandLineOf } from "../../src/engine/command-line.js";
import { manifestFile, sha256 } from "../../src/model/digest.js";
import { allText, bundleIn, clientRepo, installed, start, taskModule } from "../helpers/bundles.js";
import { removeFolders, tempFolder, type Tree } from "../helpers/folders.js";
import { waitFor } from "../helpers/wait-for.js";

afterEach(removeFolders);

const ESM = installed(
  "node_modules/esm",
  { name: "esm", type: "module", exports: "./index.js", license: "MIT" },
  { "index.js": 'export const name = "marker-esm";' },
);
const CJS = installed(
  "node_modules/cjs",
  { name: "cjs", license: { type: "ISC" } },
  { "index.js": 'exports.name = "marker-cjs";' },
);

interface Row {
  readonly label: string;
  readonly tree: Tree;
  readonly isolation: "bundle" | "folder";
  readonly reasons?: readonly string[];
  readonly packages?: readonly string[];
  /** What the Task logs when it runs. */
  readonly prints: string;
}

const print = (value: string): string => `console.log("result", ${value});`;

const ROWS: readonly Row[] = [
  {
    label: "no dependency",
    tree: { "dist/t.js": taskModule("T", "", print("1")) },
    isolation: "bundle",
    prints: "result 1",
  },
  {
    label: "an ES module and a CommonJS package",
    tree: {
      ...ESM,
      ...CJS,
      "dist/t.js": taskModule("T", 'import { name as a } from "esm"; import { name as b } from "cjs";', print("a, b")),
    },
    isolation: "bundle",
    packages: ["cjs@1.0.0 ISC", "esm@1.0.0 MIT"],
    prints: "result marker-esm marker-cjs",
  },
  {
    label: "nested versions of one package",
    tree: {
      ...installed("node_modules/a", { name: "a" }, { "index.js": 'exports.b = require("b").v;' }),
      ...installed("node_modules/a/node_modules/b", { name: "b", version: "2.0.0" }, { "index.js": "exports.v = 2;" }),
      ...installed("node_modules/b", { name: "b" }, { "index.js": "exports.v = 1;" }),
      "dist/t.js": taskModule("T", 'import a from "a"; import b from "b";', print("a.b, b.v")),
    },
    isolation: "bundle",
    packages: ["a@1.0.0 -", "b@1.0.0 -", "b@2.0.0 -"],
    prints: "result 2 1",
  },
  {
    label: "top-level await",
    tree: {
      ...CJS,
      "dist/t.js": taskModule(
        "T",
        'import { createHash } from "node:crypto"; import { name } from "cjs"; const v = await Promise.resolve(name);',
        print("v, typeof createHash"),
      ),
    },
    isolation: "bundle",
    packages: ["cjs@1.0.0 ISC"],
    prints: "result marker-cjs function",
  },
  {
    label: "modules with a star in their names",
    tree: {
      "dist/*.js": 'export { a } from "./a*b/index.js";',
      "dist/a*b/index.js": 'import c from "./c*.cjs"; export const a = c.a;',
      "dist/a*b/c*.cjs": 'exports.a = require("./d*.json");',
      "dist/a*b/d*.json": '"starred"',
      "dist/a-b/index.js": "export const a = 0;",
      "dist/t.js": taskModule("T", 'import { a } from "./*.js";', print("a")),
    },
    isolation: "bundle",
    prints: "result starred",
  },
  {
    label: "modules with a star in their names, beside a file that is read",
    tree: {
      "dist/*.js": 'export { a } from "./a*b/index.js";',
      "dist/a*b/index.js": `import { readFileSync } from "node:fs";
        export const a = readFileSync(new URL("./d*.txt", import.meta.url), "utf8");`,
      "dist/a*b/d*.txt": "starred",
      "dist/t.js": taskModule("T", 'import { a } from "./*.js";', print("a")),
    },
    isolation: "folder",
    prints: "result starred",
  },
  {
    label: "an optional package that is not there",
    tree: {
      ...installed(
        "node_modules/a",
        { name: "a" },
        { "index.js": 'try { exports.v = require("gone"); } catch { exports.v = "without"; }' },
      ),
      "dist/t.js": taskModule("T", 'import a from "a";', print("a.v")),
    },
    isolation: "bundle",
    packages: ["a@1.0.0 -"],
    prints: "result without",
  },
  {
    label: "a CommonJS client",
    tree: {
      "package.json": '{ "name": "client" }',
      ...CJS,
      "dist/t.js": `const { TaskBase } = require("dkist-processing-core"); const { name } = require("cjs");
        exports.T = class T extends TaskBase { run() { ${print("name")} } };`,
    },
    isolation: "bundle",
    packages: ["cjs@1.0.0 ISC"],
    prints: "result marker-cjs",
  },
  {
    label: "files beside the source",
    tree: {
      ...installed(
        "node_modules/table",
        { name: "table" },
        {
          "index.js": 'exports.text = require("fs").readFileSync(__dirname + "/table.csv", "utf8").trim();',
          "table.csv": "a,b\n",
        },
      ),
      "dist/t.js": taskModule("T", 'import { text } from "table";', print("text")),
    },
    isolation: "folder",
    reasons: ["node_modules/table/index.js: __dirname"],
    packages: ["table@1.0.0 -"],
    prints: "result a,b",
  },
  {
    label: "nested versions, as a folder",
    tree: {
      ...installed(
        "node_modules/a",
        { name: "a" },
        { "index.js": 'exports.b = require("b").v; exports.here = __dirname;' },
      ),
      ...installed("node_modules/a/node_modules/b", { name: "b", version: "2.0.0" }, { "index.js": "exports.v = 2;" }),
      ...installed("node_modules/b", { name: "b" }, { "index.js": "exports.v = 1;" }),
      "dist/t.js": taskModule("T", 'import a from "a"; import b from "b";', print("a.b, b.v")),
    },
    isolation: "folder",
    packages: ["a@1.0.0 -", "b@1.0.0 -", "b@2.0.0 -"],
    prints: "result 2 1",
  },
  {
    label: "pnpm's layout of links",
    tree: {
      ...installed(
        "node_modules/.pnpm/a@1.0.0/node_modules/a",
        { name: "a" },
        { "index.js": 'exports.b = require("b").v; exports.here = __dirname;' },
      ),
      "node_modules/.pnpm/a@1.0.0/node_modules/b": { link: "../../b@2.0.0/node_modules/b" },
      ...installed(
        "node_modules/.pnpm/b@2.0.0/node_modules/b",
        { name: "b", version: "2.0.0" },
        { "index.js": "exports.v = 2;" },
      ),
      ...installed("node_modules/.pnpm/b@1.0.0/node_modules/b", { name: "b" }, { "index.js": "exports.v = 1;" }),
      "node_modules/a": { link: ".pnpm/a@1.0.0/node_modules/a" },
      "node_modules/b": { link: ".pnpm/b@1.0.0/node_modules/b" },
      "dist/t.js": taskModule("T", 'import a from "a"; import b from "b";', print("a.b, b.v")),
    },
    isolation: "folder",
    packages: ["a@1.0.0 -", "b@1.0.0 -", "b@2.0.0 -"],
    prints: "result 2 1",
  },
  {
    label: "a workspace's own package, linked",
    tree: {
      ...installed(
        "../lib",
        { name: "@ws/lib", version: "3.0.0", type: "module", exports: "./index.js" },
        { "index.js": 'export const at = import.meta.url.split("/").at(-2);' },
      ),
      "node_modules/@ws/lib": { link: "../../../lib" },
      "dist/t.js": taskModule("T", 'import { at } from "@ws/lib";', print("at")),
    },
    isolation: "folder",
    reasons: ["../lib/index.js: import.meta.url"],
    packages: ["@ws/lib@3.0.0 -"],
    prints: "result lib",
  },
  {
    label: "a computed require",
    tree: {
      ...installed(
        "node_modules/a",
        { name: "a" },
        {
          "index.js": 'exports.get = (name) => require("./locale/" + name + ".js");',
          "locale/de.js": 'module.exports = "hallo";',
        },
      ),
      "dist/t.js": taskModule("T", 'import { get } from "a";', print('get("de")')),
    },
    isolation: "folder",
    packages: ["a@1.0.0 -"],
    prints: "result hallo",
  },
  {
    label: "a worker thread",
    tree: {
      "dist/worker.js": 'import { parentPort } from "node:worker_threads"; parentPort.postMessage("from the worker");',
      "dist/t.js": taskModule(
        "T",
        'import { Worker } from "node:worker_threads"; import { once } from "node:events";',
        'return once(new Worker(new URL("./worker.js", import.meta.url)), "message").then(([text]) => console.log("result", text));',
      ),
    },
    isolation: "folder",
    reasons: ["dist/t.js: a worker thread", "dist/t.js: import.meta.url"],
    prints: "result from the worker",
  },
];

describe("bundleTask", () => {
  it.each(ROWS)("$label: a $isolation that runs alone", async ({ tree, isolation, reasons, packages = [], prints }) => {
    const root = await clientRepo(tree, "repo");
    const bundle = await bundleIn(root);
    expect({ isolation: bundle.isolation, taskName: bundle.taskName }).toEqual({ isolation, taskName: "T" });
    if (reasons !== undefined || isolation === "bundle") expect(bundle.reasons).toEqual(reasons ?? []);
    else expect(bundle.reasons).not.toEqual([]);
    const known = bundle.packages.filter(({ name }) => name !== "dkist-processing-core");
    expect(known.map(({ name, version, license }) => `${name}@${version} ${license ?? "-"}`)).toEqual(packages);
    expect(bundle.files.map((file) => file.path)).toEqual(bundle.files.map((file) => file.path).sort());
    expect(allText(bundle)).not.toContain(root);
    expect(await start(bundle, "--check")).toMatchObject({ code: 0 });
    expect(await start(bundle)).toEqual({ code: 0, output: expect.stringContaining(prints) as unknown });
  });

  it("has the same bytes from a folder of another depth", async () => {
    for (const row of ROWS.filter(({ label }) => /CommonJS package|pnpm|workspace|beside/.test(label))) {
      const [near, far] = [await clientRepo(row.tree, "repo"), await clientRepo(row.tree, "deep", "er é", "repo")];
      const [one, other] = [await bundleIn(far), await bundleIn(near)];
      expect({ ...one, files: one.files.map(manifestFile) }).toEqual({
        ...other,
        files: other.files.map(manifestFile),
      });
    }
  });

  it("holds nothing of another task's dependencies, bundle or folder", async () => {
    const root = await clientRepo({
      ...ESM,
      ...CJS,
      "dist/t.js": taskModule("T", 'import { name } from "esm";', print("name")),
      "dist/u.js": taskModule("U", 'import { name } from "cjs";', print("name")),
      "dist/index.js": 'export * from "./t.js"; export * from "./u.js";',
    });
    for (const isolation of ["bundle", "folder"] as const) {
      const bundle = await bundleIn(root, { tasks: { T: { isolation, include: [] } } });
      expect(bundle.isolation).toBe(isolation);
      expect(allText(bundle)).toContain("marker-esm");
      expect(allText(bundle)).not.toContain("marker-cjs");
    }
  });

  it("takes the class from a default export, another name, or a property", async () => {
    const root = await clientRepo({
      "dist/t.js": `${taskModule("Hidden", "", print('"default"'))} export default Hidden; export { Hidden as "a task" };`,
      "dist/t.cjs":
        'const { TaskBase } = require("dkist-processing-core"); module.exports = { ["T" + ""]: class extends TaskBase { run() { console.log("result property"); } } };',
    });
    const output = async (...where: [string, string, string | null]): Promise<string> => {
      const [module, exportName, property] = where;
      return (await start(await bundleIn(root, {}, { module, exportName, property }))).output;
    };
    expect(await output("dist/t.js", "default", null)).toContain("result default");
    expect(await output("dist/t.js", "a task", null)).toContain("result default");
    expect(await output("dist/t.cjs", "default", "T")).toContain("result property");
  });

  it("copies external packages beside the bundle: the files that its require() finds", async () => {
    const root = await clientRepo({
      ...installed(
        "node_modules/dual",
        { name: "dual", exports: { import: "./esm.mjs", require: "./cjs.cjs" } },
        {
          "esm.mjs": 'export const how = "imported";',
          "cjs.cjs": 'exports.how = "required";',
        },
      ),
      "dist/t.js": taskModule(
        "T",
        'import { how } from "dual"; const later = () => import("dual");',
        `return later().then((d) => { ${print("how, d.how")} });`,
      ),
    });
    const bundle = await bundleIn(root, { external: ["dual"] });
    expect(bundle).toMatchObject({
      isolation: "bundle",
      packages: [{ name: "dkist-processing-core" }, { name: "dual" }],
    });
    expect((await start(bundle)).output).toContain("result required imported");
  });

  it.each(["bundle", "folder"] as const)(
    "tells the client repo's own code in a %s from packages",
    async (isolation) => {
      const tree: Tree = {
        ...ESM,
        "../common/package.json": '{ "name": "common", "version": "1.0.0" }',
        "../common/c.js": "exports.c = 1;",
        "node_modules/common": { link: "../../common" },
        "dist/t.js": taskModule(
          "T",
          'import { name } from "esm"; import { u } from "./u.js"; import { c } from "common/c.js"; import d from "data:text/javascript,export default 3";',
          print("name, u, c, d"),
        ),
        "dist/u.js": "export const u = 1;",
        "data/a.txt": "A",
      };
      const root = await clientRepo(tree, "repo");
      const { own } = await bundleIn(root, { tasks: { T: { isolation, include: ["data/*"] } } });
      const paths = own.map((file) => file.path);
      expect(paths).toEqual([...paths].sort());
      expect(paths).toEqual(expect.arrayContaining(["../common/c.js", "data/a.txt", "dist/t.js", "dist/u.js"]));
      expect(paths.filter((file) => file.includes("node_modules"))).toEqual([]);
      expect(own.find((file) => file.path === "dist/u.js")?.sha256).toBe(sha256("export const u = 1;"));
    },
  );

  it.each([
    [{ licenses: [{ type: "MIT" }, { type: "Apache-2.0" }] }, "(MIT OR Apache-2.0)"],
    [{ licenses: ["MIT"] }, "MIT"],
    [{ license: { type: "ISC" } }, "ISC"],
    [{ license: 7, licenses: null }, null],
    [{ license: "" }, null],
  ])("reads the licence of a package that says %j", async (about, license) => {
    const root = await clientRepo({
      ...installed("node_modules/cjs", { name: "cjs", ...about }, { "index.js": "exports.name = 1;" }),
      "dist/t.js": taskModule("T", 'import { name } from "cjs";', print("name")),
    });
    const { packages } = await bundleIn(root);
    expect(packages.find(({ name }) => name === "cjs")).toEqual({ name: "cjs", version: "1.0.0", license });
  });

  it("includes further files, and ours win where the names meet", async () => {
    const root = await clientRepo({
      "dist/t.js": taskModule("T", ""),
      "data/a.txt": "A",
      "task.cjs": "evil",
      "data/.env": "SECRET=1",
    });
    const bundle = await bundleIn(root, { tasks: { T: { include: ["data/*", "package.json", "task.cjs"] } } });
    const names = bundle.files.map((file) => file.path);
    expect(names).toContain("data/a.txt");
    expect(names).not.toContain("data/.env");
    expect(new Set(names).size).toBe(names.length);
    expect(allText(bundle)).not.toContain("evil");
  });

  it.each([
    { label: "matches nothing", include: ["gone/**"], says: "include matches no file" },
    { label: "leaves the client repo", include: ["../*.txt"], says: "which is outside the client repo" },
    {
      label: "leaves it through a link",
      include: ["data/out.txt"],
      says: "which is a link that leaves the client repo",
    },
    { label: "names a secret", include: ["tls/server.key"], says: "which looks like a secret" },
    { label: "names a link to a secret", include: ["data/plain.txt"], says: "which looks like a secret" },
    { label: "names what a run has left", include: [".dkist-core/**"], says: "which is made by dkist-core" },
    { label: "is led around by a link", include: ["loop/**"], says: "a link to a folder that it is in" },
  ])("refuses an include that $label", async ({ include, says }) => {
    const root = await clientRepo(
      {
        "dist/t.js": taskModule("T", ""),
        "../outside.txt": "x",
        "tls/server.key": "k",
        "data/out.txt": { link: "../../outside.txt" },
        "data/plain.txt": { link: "../tls/server.key" },
        ".dkist-core/runs/7/run.json": "{}",
        "loop/around": { link: "." },
      },
      "repo",
    );
    const bundling = bundleIn(root, { tasks: { T: { include } } });
    await expect(bundling).rejects.toThrow(BundleError);
    await expect(bundling).rejects.toThrow(says);
  });

  it("never takes a secret along that a program reads in its working folder", async () => {
    const root = await clientRepo({
      ...installed(
        "node_modules/dotenv",
        { name: "dotenv" },
        {
          "index.js":
            'const path = require("path"); exports.read = () => { try { return require("fs").readFileSync(path.resolve(process.cwd(), ".env"), "utf8"); } catch { return "none"; } }; exports.here = __dirname;',
        },
      ),
      ".env": "PASSWORD=hunter2",
      "dist/t.js": taskModule("T", 'import { read } from "dotenv";', print("read()")),
    });
    const bundle = await bundleIn(root);
    expect(bundle.isolation).toBe("folder");
    expect(allText(bundle)).not.toContain("hunter2");
    expect((await start(bundle)).output).toContain("result none");
  });

  it("takes nothing along that a program reads elsewhere on this machine", async () => {
    const elsewhere = await mkdtemp(path.join(tmpdir(), "dkist-core-elsewhere-"));
    await writeFile(path.join(elsewhere, "yesterday"), "data");
    const root = await clientRepo({
      "dist/t.js": taskModule(
        "T",
        `import { tmpdir } from "node:os"; import path from "node:path"; import { readFileSync } from "node:fs";
         const folder = path.join(tmpdir(), ${JSON.stringify(path.basename(elsewhere))});
         export const here = import.meta.url;
         export const read = () => readFileSync(path.join(folder, "yesterday"));`,
      ),
    });
    const bundle = await bundleIn(root);
    expect(bundle.isolation).toBe("folder");
    expect(bundle.files.filter((file) => file.path.includes("yesterday"))).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it("records what a native addon was made for", async () => {
    const root = await clientRepo({
      ...installed(
        "node_modules/native",
        { name: "native" },
        {
          "index.js": 'exports.load = () => require("./build/Release/addon.node");',
          "build/Release/addon.node": "\x7fELF",
        },
      ),
      "dist/t.js": taskModule("T", 'import { load } from "native";', "load();"),
    });
    const bundle = await bundleIn(root);
    expect(bundle.reasons).toEqual(["node_modules/native/build/Release/addon.node: a native addon"]);
    expect(bundle.native).toMatchObject({ platform: process.platform, arch: process.arch });
    expect(bundle.files.map((file) => file.path)).toContain("app/node_modules/native/build/Release/addon.node");
  });

  it("works where the client's package.json has no name and a folder above has one", async () => {
    const root = await clientRepo(
      {
        "package.json": '{ "type": "module" }',
        "../package.json": '{ "name": "monorepo" }',
        "dist/t.js": taskModule("T", "const here = import.meta.url;", print("typeof here")),
      },
      "repo",
    );
    const bundle = await bundleIn(root);
    expect((await start(bundle)).output).toContain("result string");
  });

  it.each([
    {
      label: "a module that is missing",
      head: 'import "./gone.js";',
      says: 'dist/t.js:2: Could not resolve "./gone.js"',
    },
    { label: "a package that is not installed", head: 'import "gone";', says: 'Could not resolve "gone"' },
    { label: "a syntax error", head: "const = 1;", says: "dist/t.js:2" },
  ])("says what is wrong with $label", async ({ head, says }) => {
    const root = await clientRepo({ "dist/t.js": taskModule("T", head) });
    const bundling = bundleIn(root);
    await expect(bundling).rejects.toThrow(BundleError);
    await expect(bundling).rejects.toThrow(says);
  });
});

describe("startBundles", () => {
  it("finds the bundles that do not start alone, and why", async () => {
    const root = await clientRepo({
      "dist/t.js": taskModule("T", ""),
      "dist/gone.js": taskModule(
        "Gone",
        'try { require("x"); } catch {} const name = "absent-package"; await import(name);',
      ),
      "dist/throws.js": taskModule("Throws", 'throw new Error("needs the database");'),
    });
    const bundles = await Promise.all(
      [
        { taskName: "T", module: "dist/t.js" },
        { taskName: "Gone", module: "dist/gone.js" },
        { taskName: "Throws", module: "dist/throws.js" },
      ].map((task) => bundleIn(root, {}, task)),
    );
    const findings = await startBundles(bundles);
    expect(findings.map(({ code, location }) => [code, location])).toEqual([
      ["BUNDLE_DOES_NOT_START", { node: "Gone" }],
      ["BUNDLE_DOES_NOT_START", { node: "Throws" }],
    ]);
    expect(findings[0]?.message).toContain("absent-package");
    expect(findings[1]?.message).toContain("needs the database");
  });

  it("starts them with none of the variables that a worker may not have", async () => {
    process.env["ARCHIVE_URL"] = "https://archive.example.org";
    try {
      const head = 'if (process.env.ARCHIVE_URL === undefined) throw new Error("ARCHIVE_URL is not set");';
      const root = await clientRepo({ "dist/t.js": taskModule("T", head) });
      const [finding] = await startBundles([await bundleIn(root)]);
      expect(finding?.message).toContain("ARCHIVE_URL is not set");
    } finally {
      delete process.env["ARCHIVE_URL"];
    }
  });

  const STARTS = `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
    const starts = (stdio) => writeFileSync(PID, String(spawn("sleep", ["600"], { stdio }).pid));`;

  it.each([
    { label: "and ends", head: 'starts("ignore");', says: undefined },
    { label: "which holds its output, and ends", head: 'starts("inherit");', says: undefined },
    { label: "and fails", head: 'starts("ignore"); throw new Error("no database");', says: /no database/ },
    { label: "and never ends", head: 'starts("inherit"); for (;;);', says: /did not load within 3 s/ },
  ])("ends what a module starts while it loads $label", async ({ head, says }) => {
    const file = path.join(await tempFolder(), "pid");
    const starts = STARTS.replace("PID", JSON.stringify(file));
    const root = await clientRepo({ "dist/t.js": taskModule("T", `${starts}\n${head}`) });
    const findings = await startBundles([await bundleIn(root)], undefined, says === undefined ? 60_000 : 3_000);
    expect(findings).toEqual(
      says === undefined ? [] : [expect.objectContaining({ message: expect.stringMatching(says) })],
    );
    const pid = Number(await readFile(file, "utf8"));
    expect(pid).toBeGreaterThan(1);
    await waitFor("the process is gone", 5, () => Promise.resolve(commandLineOf(pid) === undefined));
  });
});
