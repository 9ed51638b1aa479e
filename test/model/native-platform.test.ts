import { expect, it } from "@jest/globals";
import { nativePlatformOf } from "../../src/model/native-platform.js";

it.each([
  ["linux", { glibcVersionRuntime: "2.36" }, "glibc"],
  ["linux", {}, "musl"],
  ["linux", undefined, "musl"],
  ["darwin", {}, null],
] as const)("on %s with a report of %j: %s", (platform, header, libc) => {
  const report = { ...process.report, getReport: () => ({ header }) };
  expect(nativePlatformOf({ platform, arch: "arm64", report })).toEqual({ platform, arch: "arm64", libc });
});

it("looks no names up", () => {
  let excluded: unknown;
  const report = {
    ...process.report,
    excludeNetwork: false,
    getReport() {
      excluded = (this as { excludeNetwork?: boolean }).excludeNetwork;
      return {};
    },
  };
  nativePlatformOf({ platform: "linux", arch: "x64", report });
  expect(excluded).toBe(true);
});

it("knows this machine", () => {
  const { platform, arch } = nativePlatformOf(process);
  expect([platform, arch]).toEqual([process.platform, process.arch]);
});
