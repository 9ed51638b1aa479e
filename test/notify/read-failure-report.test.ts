import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, chownSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { takeFailureReport } from "../../src/notify/read-failure-report.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dkist-report-"));
  path = join(folder, "failure.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const REPORT = { errorName: "RangeError", errorMessage: "frame 7", exitCode: 1 };

describe("takeFailureReport", () => {
  it("reads the known fields only, and removes the file", () => {
    writeFileSync(path, JSON.stringify({ ...REPORT, workflowName: "forged", extra: 1 }));

    expect(takeFailureReport(path)).toEqual(REPORT);
    expect(existsSync(path)).toBe(false);
  });

  it("cuts what is too long", () => {
    writeFileSync(path, JSON.stringify({ errorName: "n".repeat(300), errorMessage: "m".repeat(3_000) }));

    expect(takeFailureReport(path)).toEqual({ errorName: "n".repeat(200), errorMessage: "m".repeat(2_000) });
  });

  it.each([
    ["not JSON", "{"],
    ["no object", "null"],
    ["a field of another type", '{"errorName":"E","errorMessage":5}'],
    ["a missing field", '{"errorName":"E"}'],
    ["more than 64 KiB", JSON.stringify({ ...REPORT, filler: "x".repeat(65_536) })],
  ])("ignores %s", (_what, content) => {
    writeFileSync(path, content);

    expect(takeFailureReport(path)).toBeUndefined();
  });

  it("drops an exit code that is none", () => {
    writeFileSync(path, JSON.stringify({ ...REPORT, exitCode: "1; rm" }));

    expect(takeFailureReport(path)).toEqual({ errorName: "RangeError", errorMessage: "frame 7" });
  });

  it.each([
    ["nothing", () => undefined],
    ["a folder", () => mkdirSync(path)],
    ["a FIFO", () => execFileSync("mkfifo", [path])],
    [
      "a link",
      () => {
        writeFileSync(join(folder, "target"), JSON.stringify(REPORT));
        symlinkSync(join(folder, "target"), path);
      },
    ],
  ])("takes %s for no report, and does not wait", (_what, make) => {
    make();

    expect(takeFailureReport(path)).toBeUndefined();
  });

  it("takes nothing from another user's file", () => {
    // Only root can give a file away; anyone else finds one of root's.
    if (process.getuid?.() === 0) {
      writeFileSync(path, JSON.stringify(REPORT));
      chownSync(path, 65_534, 65_534);
    } else path = "/etc/hostname";

    expect(takeFailureReport(path)).toBeUndefined();
  });
});
