import { describe, expect, it } from "@jest/globals";
import { nativePlatformOf } from "../../src/model/native-platform.js";
import { libraryVersionsOf, nativeMismatch } from "../../src/runtime/bundle-facts.js";

const linux = { platform: "linux", arch: "x64", libc: "glibc" };

describe("nativeMismatch", () => {
  it.each([
    [linux, linux],
    [{ platform: "linux", arch: "x64" }, linux],
    [{ platform: "linux", arch: "x64", libc: null }, linux],
    [
      { platform: "darwin", arch: "arm64", libc: null },
      { platform: "darwin", arch: "arm64", libc: null },
    ],
  ])("%j runs on %j", (wanted, here) => {
    expect(nativeMismatch(wanted, here)).toBeUndefined();
  });

  it.each([
    [linux, { ...linux, arch: "arm64" }, "for linux-x64-glibc, but this worker is linux-arm64-glibc"],
    [linux, { ...linux, libc: "musl" }, "for linux-x64-glibc, but this worker is linux-x64-musl"],
    [linux, { platform: "darwin", arch: "x64", libc: null }, "but this worker is darwin-x64"],
  ])("%j does not run on %j", (wanted, here, words) => {
    expect(nativeMismatch(wanted, here)).toContain(words);
  });

  it("finds that what was made here runs here", () => {
    expect(nativeMismatch(nativePlatformOf(process), nativePlatformOf(process))).toBeUndefined();
  });
});

describe("libraryVersionsOf", () => {
  it("joins the versions of a package that is there twice", () => {
    const packages = [
      { name: "a", version: "1.0.0" },
      { name: "b", version: "2.0.0" },
      { name: "a", version: "3.0.0" },
    ];

    expect(libraryVersionsOf(packages)).toEqual({ a: "1.0.0, 3.0.0", b: "2.0.0" });
  });
});
