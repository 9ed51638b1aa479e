import { describe, expect, it } from "@jest/globals";
import { isPackageName, PACKAGE_NAME_RULE, packageNameLike } from "../../src/model/package-name.js";

const LONGEST = "a".repeat(100);

describe("isPackageName", () => {
  it.each(["a", "7", "vbi", "dkist-processing.vbi_2", "@dkist/vbi", "@d/v", LONGEST])("%s", (name) => {
    expect(isPackageName(name)).toBe(true);
  });

  it.each([
    "",
    "Vbi",
    "-a",
    ".a",
    "_a",
    "a b",
    "a/b",
    "a\n",
    " a",
    "@/vbi",
    "@-d/vbi",
    "@dkist/",
    "@D/v",
    "@d/-v",
    "@d v/v",
    `${LONGEST}a`,
  ])("not %j", (name) => {
    expect(isPackageName(name)).toBe(false);
  });

  it("is said in words", () => {
    expect(PACKAGE_NAME_RULE).toMatch(/^up to 100 lower-case letters, digits/);
  });
});

describe("packageNameLike", () => {
  it.each([
    ["vbi", "vbi"],
    ["My Pipeline (VBI)", "my-pipeline-vbi"],
    ["Räume & Zeiten", "raume-zeiten"],
    ["ﬁber", "fiber"],
    ["..a_b.c--", "a_b.c"],
    ["観測 7", "7"],
    [`${LONGEST}bc`, LONGEST],
    ["", undefined],
    ["観測", undefined],
    ["---", undefined],
  ])("%s: %s", (text, name) => {
    expect(packageNameLike(text)).toBe(name);
  });
});
