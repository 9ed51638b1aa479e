import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ListResult } from "../../../src/build.js";
import { workflowNames, type List } from "../../../src/cli/completion/client-names.js";
import { HOSTILE_TEXTS } from "../../helpers/hostile.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { isId } from "../../../src/model/naming.js";

/** What `list` gives, as far as it is looked at. */
function listing(workflows: Readonly<Record<string, readonly string[]>>): ListResult {
  return {
    workflows: Object.entries(workflows).map(([workflowName, taskNames]) => ({
      workflowName,
      file: "dist/workflows/a.js",
      nodes: taskNames.map((taskName) => ({ taskName })),
    })),
  } as unknown as ListResult;
}

let root = "";
let lists = 0;
const listOf =
  (workflows: Readonly<Record<string, readonly string[]>>): List =>
  () => {
    lists += 1;
    return Promise.resolve(listing(workflows));
  };
const names = async (list: List = listOf({ flow: ["A"] }), configFile: string | null = null): Promise<string[]> =>
  (await workflowNames(root, configFile, list)).map(
    ({ workflowName, taskNames }) => `${workflowName}: ${taskNames.join(" ")}`,
  );

beforeEach(async () => {
  lists = 0;
  root = await tempFolder({ "package.json": '{"name":"client"}', "dist/workflows/a.js": "", "other.yaml": "" });
});
afterEach(removeFolders);

describe("the names of a client repo", () => {
  it("are listed once, and kept where git does not look", async () => {
    expect(await names()).toEqual(["flow: A"]);
    expect(await names()).toEqual(["flow: A"]);
    expect(lists).toBe(1);
    expect(readFileSync(path.join(root, ".dkist-core/.gitignore"), "utf8")).toBe("*\n");
  });

  it.each<readonly [string, () => void]>([
    ["a module is compiled again", () => utimesSync(path.join(root, "dist/workflows/a.js"), 1, 1)],
    ["a module is new", () => writeFileSync(path.join(root, "dist/workflows/b.js"), "")],
    ["a module is gone", () => rmSync(path.join(root, "dist/workflows/a.js"))],
    ["the package has another name", () => writeFileSync(path.join(root, "package.json"), '{"name":"other"}')],
    ["there is a config now", () => writeFileSync(path.join(root, "dkist-core.config.yaml"), "name: x")],
    ["what was kept is no JSON", () => writeFileSync(path.join(root, ".dkist-core/completion.json"), "{")],
    [
      "what was kept is of another form",
      () => writeFileSync(path.join(root, ".dkist-core/completion.json"), '{"formatVersion":1,"modules":{}}'),
    ],
  ])("are listed again when %s", async (_, change) => {
    await names();
    change();
    expect(await names(listOf({ flow: ["A", "B"] }))).toEqual(["flow: A B"]);
    expect(lists).toBe(2);
  });

  it("are listed again for another config", async () => {
    await names();
    await names(undefined, "other.yaml");
    await names(undefined, "other.yaml");
    expect(lists).toBe(2);
  });

  it("are none, and nothing is written, where there is no client repo", async () => {
    expect(await names(listOf({}))).toEqual([]);
    expect(await names(() => Promise.resolve(undefined))).toEqual([]);
    root = path.join(root, "nowhere");
    expect(await names()).toEqual([]);
    expect(existsSync(root)).toBe(false);
    expect(existsSync(path.join(root, "../.dkist-core"))).toBe(false);
  });

  it("are offered even where they cannot be kept", async () => {
    writeFileSync(path.join(root, ".dkist-core"), "a file in the way");
    expect(await names()).toEqual(["flow: A"]);
    expect(await names()).toEqual(["flow: A"]);
    expect(lists).toBe(2);
  });

  it("are left out when they are no ids, whether listed or kept", async () => {
    const hostile = HOSTILE_TEXTS.filter((text) => !isId(text));
    expect(hostile.length).toBeGreaterThan(10);
    const workflows: Record<string, readonly string[]> = Object.fromEntries<readonly string[]>([
      ["flow", ["A", ...hostile]],
      ...hostile.map((text) => [text, ["A"]] as const),
    ]);
    expect(await names(listOf(workflows))).toEqual(["flow: A"]);

    const file = path.join(root, ".dkist-core/completion.json");
    const kept = JSON.parse(readFileSync(file, "utf8")) as object;
    const evil = hostile.map((workflowName) => ({ workflowName, taskNames: hostile }));
    writeFileSync(
      file,
      JSON.stringify({ ...kept, workflows: [...evil, { workflowName: "flow", taskNames: hostile }] }),
    );
    expect(await names()).toEqual(["flow: "]);
    expect(lists).toBe(1);
  });
});
