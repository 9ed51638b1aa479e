import { afterEach, expect, it } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { startedBefore } from "../../src/bundle/started-before.js";
import type { TaskBundle } from "../../src/model/task-bundle.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

function bundle(taskName: string, text: string, executable = false): TaskBundle {
  const files = [{ path: "task.cjs", content: Buffer.from(text), executable }];
  return { taskName, isolation: "bundle", reasons: [], packages: [], native: null, files, own: [] };
}

it("knows the bundles of the last check by all that they are made of, but for native ones", async () => {
  const root = await tempFolder();
  expect(startedBefore(root).has(bundle("A", "a"))).toBe(false);
  startedBefore(root).keep([bundle("A", "a"), bundle("B", "b")]);
  const before = startedBefore(root);
  expect([bundle("A", "a"), bundle("B", "b")].map((one) => before.has(one))).toEqual([true, true]);
  expect([bundle("A", "other"), bundle("A", "a", true)].map((one) => before.has(one))).toEqual([false, false]);
  expect(before.has({ ...bundle("A", "a"), native: { platform: "linux", arch: "x64", libc: "glibc" } })).toBe(false);
  startedBefore(root).keep([bundle("B", "b")]);
  expect(startedBefore(root).has(bundle("A", "a"))).toBe(false);
});

it("knows none where what was kept cannot be read", async () => {
  const root = await tempFolder();
  startedBefore(root).keep([bundle("A", "a")]);
  await writeFile(path.join(root, ".dkist-core/cache/started.json"), "[");
  expect(startedBefore(root).has(bundle("A", "a"))).toBe(false);
});
