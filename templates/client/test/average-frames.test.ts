import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { average, AverageFrames } from "../src/tasks/average-frames.js";
import { RECIPE_RUN, useTemporaryScratch } from "./scratch.js";

const scratch = useTemporaryScratch();

test("the average is taken for each pixel", () => {
  assert.deepEqual(average([[[1, 2]], [[3, 6]]]), [[2, 4]]);
  assert.throws(() => average([]), RangeError);
});

test("AverageFrames averages what is in scratch", async () => {
  await mkdir(join(scratch, "7"), { recursive: true });
  await writeFile(join(scratch, "7/frames.json"), "[[[1, 2]], [[3, 6]]]");
  await new AverageFrames(RECIPE_RUN).run();
  assert.equal(await readFile(join(scratch, "7/average.json"), "utf8"), "[[2,4]]");
});
