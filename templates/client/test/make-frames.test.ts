import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { makeFrame, MakeFrames, type Frame } from "../src/tasks/make-frames.js";
import { RECIPE_RUN, useTemporaryScratch } from "./scratch.js";

const scratch = useTemporaryScratch();

test("no two frames are the same", () => {
  assert.notDeepEqual(makeFrame(0), makeFrame(1));
});

test("MakeFrames leaves as many frames as the conf says", async () => {
  await new MakeFrames({ ...RECIPE_RUN, conf: { frames: 5 } }).run();
  const frames = JSON.parse(await readFile(join(scratch, "7/frames.json"), "utf8")) as Frame[];
  assert.equal(frames.length, 5);
});

test("MakeFrames refuses a conf that makes no sense", async () => {
  await assert.rejects(new MakeFrames({ ...RECIPE_RUN, conf: { frames: "many" } }).run(), /whole number/);
});
