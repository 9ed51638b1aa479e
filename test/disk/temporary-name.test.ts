import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { isAbandoned, parseTemporaryName, temporaryName } from "../../src/disk/temporary-name.js";

const HOUR_MS = 3600_000;
/** A process that has ended. */
const deadPid = (): number => Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));

describe("a temporary name", () => {
  it("says what it is to become and who makes it, and is never the same twice", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,200}$/), (name) => {
        const [one, other] = [temporaryName(name), temporaryName(name)];
        expect(parseTemporaryName(one)).toMatchObject({ name, pid: process.pid });
        expect(one).not.toBe(other);
        expect(one.length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it("is hidden, and ends as nothing that Airflow parses", () => {
    expect(temporaryName("a.py")).toMatch(/^\.a\.py\.[0-9a-f]{8}-\d+-[0-9a-f]{8}\.tmp$/);
  });

  it.each(["a.py", ".a.py.tmp", ".vbi_1.4.0", ".x.12345678-1-1234567.tmp", "x.12345678-1-12345678.tmp", ""])(
    "is not taken for one: %p",
    (name) => {
      expect(parseTemporaryName(name)).toBeNull();
    },
  );

  it.each([
    ["of this process", { pid: process.pid }, 1, false],
    ["of a process that is gone", { pid: deadPid() }, 1, true],
    ["of another machine", { pid: deadPid(), host: "00000000" }, 23 * HOUR_MS, false],
    ["of another machine, a day ago", { host: "00000000" }, 25 * HOUR_MS, true],
    ["of a process number that is in use again, a day ago", { pid: process.pid }, 25 * HOUR_MS, true],
    ["from a clock that is ahead", { host: "00000000" }, -HOUR_MS, false],
  ])("%s", (_, owner, ageMs, expected) => {
    const own = parseTemporaryName(temporaryName("x"));
    expect(own).not.toBeNull();
    if (own !== null) expect(isAbandoned({ ...own, ...owner }, ageMs)).toBe(expected);
  });
});
