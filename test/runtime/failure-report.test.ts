import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  failureReportOf,
  removeFailureReport,
  truncate,
  writeFailureReport,
} from "../../src/runtime/failure-report.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dkist-report-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("failureReportOf", () => {
  it("holds name, message with causes, and exit code", () => {
    const error = new TypeError("outer", { cause: new Error("inner", { cause: "words" }) });

    expect(failureReportOf(error, 1, (text) => text)).toEqual({
      errorName: "TypeError",
      errorMessage: "outer: inner: words",
      exitCode: 1,
    });
  });

  it("redacts before it cuts: half a secret is one, too", () => {
    const report = failureReportOf(new Error("x".repeat(1_995) + "hunter22"), 1, (text) =>
      text.replace("hunter22", "[redacted]"),
    );

    expect(report.errorMessage).toBe("x".repeat(1_995) + "[reda");
  });

  it("survives a ring of causes and getters that throw", () => {
    const ring = new Error("ring");
    ring.cause = ring;
    const hostile = Object.defineProperty(new Error(), "message", {
      get: () => {
        throw new Error("trap");
      },
    });

    expect(failureReportOf(ring, 1, (text) => text).errorMessage).toBe("ring");
    expect(failureReportOf(hostile, 1, (text) => text).errorMessage).toBe("");
  });
});

describe("writeFailureReport", () => {
  it("writes a file for this user alone, in a folder that it makes", () => {
    const path = join(folder, "new", "failure.json");
    writeFailureReport(path, { errorName: "E", errorMessage: "m", exitCode: 1 });

    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ errorName: "E", errorMessage: "m", exitCode: 1 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, "new"))).toEqual(["failure.json"]);
  });

  it("replaces a link instead of following it", () => {
    const path = join(folder, "failure.json");
    writeFileSync(join(folder, "target"), "untouched");
    symlinkSync(join(folder, "target"), path);
    writeFailureReport(path, { errorName: "E", errorMessage: "m" });

    expect(readFileSync(join(folder, "target"), "utf8")).toBe("untouched");
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
  });

  // As /dev/null is: root could rename a file over it, for every program of the machine.
  it("neither removes nor replaces what is no file", () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);

    expect(() => removeFailureReport(path)).toThrow("is no regular file");
    expect(() => writeFailureReport(path, { errorName: "E", errorMessage: "m" })).toThrow("is no regular file");
    expect(lstatSync(path).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(["pipe"]);
  });
});

describe("removeFailureReport", () => {
  it("removes the link and not its target, and does not mind when there is nothing", () => {
    const path = join(folder, "failure.json");
    writeFileSync(join(folder, "target"), "untouched");
    symlinkSync(join(folder, "target"), path);
    removeFailureReport(path);
    removeFailureReport(path);

    expect(readdirSync(folder)).toEqual(["target"]);
  });
});

describe("truncate", () => {
  it("is well formed and within its limit for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(50), (text, limit) => {
        const short = truncate(text, limit);

        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        expect(text.toWellFormed().startsWith(short)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
