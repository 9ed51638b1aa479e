import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** Where a Task runs in a unit test. */
export const RECIPE_RUN = { recipeRunId: 7, workflowName: "unit-test", workflowVersion: "dev" };

/** A scratch folder for the tests of one file, which is removed after them. */
export function useTemporaryScratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "scratch-"));
  process.env["SCRATCH"] = folder;
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}
