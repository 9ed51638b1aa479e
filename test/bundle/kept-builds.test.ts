import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { BundleSettings } from "../../src/bundle/bundle-settings.js";
import { keptBuilds, type KeptBuilds } from "../../src/bundle/kept-builds.js";
import type { TaskBundle } from "../../src/model/task-bundle.js";
import { bundleIn, clientRepo, installed, taskModule } from "../helpers/bundles.js";
import { bytesOf } from "../helpers/entry-bytes.js";
import { removeFolders, writeTree, type Tree } from "../helpers/folders.js";

afterEach(removeFolders);

const TREE = {
  "dist/t.js": taskModule(
    "T",
    'import { a } from "./own"; import { b } from "linked"; import { c } from "plain";',
    "return [a, b, c];",
  ),
  "dist/own/index.js": 'export const a = "own";',
  "dist/unrelated/x.js": "export {};",
  ...installed("packages/one", { name: "linked", main: "main.js" }, { "main.js": 'exports.b = "one";' }),
  ...installed("packages/two", { name: "linked", main: "main.js" }, { "main.js": 'exports.b = "two";' }),
  ...installed(
    "node_modules/plain",
    { name: "plain", main: "main.js" },
    { "main.js": 'exports.c = "main";', "other.js": 'exports.c = "other";' },
  ),
  "node_modules/linked": { link: "../packages/one" },
};

/** A client repo that was compiled a moment ago. */
async function compiledRepo(tree: Tree): Promise<string> {
  const root = await clientRepo(tree);
  await setTimeout(50);
  return root;
}

/** What bundles anything anew. */
const NOTHING_KEPT: KeptBuilds = { get: (_name, _question, build) => build() };

/** Bundles as a new process would, and says whether esbuild was asked. */
async function bundled(
  root: string,
  options: Partial<BundleSettings> = {},
): Promise<{ bundle: TaskBundle; builds: number }> {
  const kept = keptBuilds(root);
  let builds = 0;
  const counting: KeptBuilds = {
    get: (name, question, build) =>
      kept.get(name, question, () => {
        builds += 1;
        return build();
      }),
  };
  return { bundle: await bundleIn(root, { ...options, kept: counting }), builds };
}

function texts({ files }: TaskBundle): string[] {
  return files.map((file) => `${file.path}\n${bytesOf(file).toString()}`);
}

async function keptFile(root: string): Promise<string> {
  const folder = path.join(root, ".dkist-core/cache/bundles");
  return path.join(folder, (await readdir(folder))[0] ?? "");
}

interface Change {
  readonly what: string;
  readonly change: (root: string) => Promise<unknown>;
  readonly options?: Partial<BundleSettings>;
}

const CHANGES: readonly Change[] = [
  {
    what: "a module of its own",
    change: (root) => writeFile(path.join(root, "dist/own/index.js"), 'export const a = "new";'),
  },
  {
    what: "a module that is found before another",
    change: (root) => writeFile(path.join(root, "dist/own.js"), 'export const a = "nearer";'),
  },
  {
    what: "a package's module",
    change: (root) => writeFile(path.join(root, "node_modules/plain/main.js"), 'exports.c = "new";'),
  },
  {
    what: "a package's main",
    change: (root) => writeTree(root, installed("node_modules/plain", { name: "plain", main: "other.js" }, {})),
  },
  {
    what: "a package that is nearer",
    change: (root) =>
      writeTree(root, installed("dist/node_modules/plain", { name: "plain" }, { "index.js": 'exports.c = "nearer";' })),
  },
  {
    what: "where a link points",
    change: async (root) => {
      await unlink(path.join(root, "node_modules/linked"));
      await symlink("../packages/two", path.join(root, "node_modules/linked"));
    },
  },
  {
    what: "the kept file, cut off",
    change: async (root) => writeFile(await keptFile(root), (await readFile(await keptFile(root))).subarray(0, -10)),
  },
  { what: "the oldest Node on the workers", change: () => Promise.resolve(), options: { target: "node22" } },
  { what: "what is left outside", change: () => Promise.resolve(), options: { external: ["plain"] } },
];

describe("a Task that was bundled before", () => {
  it.each(CHANGES)("is bundled again after a change of $what, as from nothing", async ({ change, options = {} }) => {
    const root = await compiledRepo(TREE);
    const first = await bundled(root);
    await change(root);
    const second = await bundled(root, options);
    const clean = await bundleIn(root, { ...options, kept: NOTHING_KEPT });
    expect([first.builds, second.builds]).toEqual([1, 1]);
    expect(texts(second.bundle)).toEqual(texts(clean));
  });

  it("is taken as it was where nothing of it changed, whatever else did", async () => {
    const root = await compiledRepo(TREE);
    const first = await bundled(root);
    await writeFile(path.join(root, "dist/unrelated/x.js"), "export const changed = 1;");
    await mkdir(path.join(root, "artifacts"));
    const second = await bundled(root);
    expect([first.builds, second.builds]).toEqual([1, 0]);
    expect(second.bundle).toEqual(first.bundle);
    expect(texts(second.bundle)).toEqual(texts(await bundleIn(root, { kept: NOTHING_KEPT })));
  });

  it("keeps its reasons not to be one file", async () => {
    const root = await compiledRepo({ "dist/t.js": taskModule("T", "", "return import.meta.url;") });
    const first = await bundled(root);
    const second = await bundled(root);
    expect([first.builds, second.builds]).toEqual([1, 0]);
    expect(second.bundle.isolation).toBe("folder");
    expect(second.bundle.reasons).toEqual(first.bundle.reasons);
  });

  it("is bundled again and again where nothing can be kept", async () => {
    const root = await compiledRepo(TREE);
    await writeFile(path.join(root, ".dkist-core"), "no folder");
    expect((await bundled(root)).builds).toBe(1);
    expect((await bundled(root)).builds).toBe(1);
  });

  it("is not kept where a module changes while it is bundled", async () => {
    const root = await compiledRepo(TREE);
    const kept = keptBuilds(root);
    const file = path.join(root, "dist/own/index.js");
    await bundleIn(root, {
      kept: {
        get: (name, question, build) =>
          kept.get(name, question, async () => {
            const built = await build();
            await rm(file);
            await writeFile(file, 'export const a = "changed meanwhile";');
            return built;
          }),
      },
    });
    expect((await bundled(root)).builds).toBe(1);
  });
});
