import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import path from "node:path";
import { collisions, whyUnsafe } from "../../src/release/entry-name.js";

/** What paths that lead out are made of. */
const anyPath = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc
    .array(fc.constantFrom("..", ".", "", "a", "B", "ä", "a\u0308", "...", "C:", "\\", "a b", "\0", "\n"), {
      maxLength: 6,
    })
    .map((parts) => parts.join("/")),
);

describe("whyUnsafe", () => {
  it.each(["a", "tasks/A/run.js", ".hidden", "a b/ä.txt", "...", "a..b/c", "node_modules/@scope/x/index.js"])(
    "finds nothing wrong with %p",
    (name) => {
      expect(whyUnsafe(name)).toBeNull();
    },
  );

  it.each([
    ["", "is empty"],
    ["/a", "is an absolute path"],
    ["C:a", "is an absolute path"],
    ["a\\b", "holds a backslash, which is a folder's end on some systems"],
    ["a\nb", "holds control characters"],
    ["a\u007f", "holds control characters"],
    ["a\ud800", "is not UTF-8"],
    ["a\ufffd", "is not UTF-8"],
    ["a/../b", "leads out of its folder"],
    ["a/b;12", "ends like a file's version on VMS, which unzip leaves out"],
    ["a;", "ends like a file's version on VMS, which unzip leaves out"],
    ["a/", "is a folder's"],
    ["a//b", "has parts that are no names"],
    ["./a", "has parts that are no names"],
    ["é".repeat(128), "is too long"],
    ["a/".repeat(512) + "a", "is too long"],
  ])("finds that the name %p %s", (name, reason) => {
    expect(whyUnsafe(name)).toBe(reason);
  });

  it("lets no path through that leads out of its folder, or that is written in another way than it is read", () => {
    fc.assert(
      fc.property(anyPath, (name) => {
        if (whyUnsafe(name) !== null) return;
        expect(path.posix.join("/folder", name)).toBe(`/folder/${name}`);
        expect(path.win32.join("C:\\folder", name)).toBe(`C:\\folder\\${name.replaceAll("/", "\\")}`);
        expect(Buffer.from(name).toString()).toBe(name);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("collisions", () => {
  it.each([
    [["a", "b", "a"], [["a", "a"]]],
    [["README.md", "readme.md"], [["readme.md", "README.md"]]],
    [["\u00e4", "a\u0308"], [["a\u0308", "\u00e4"]]],
    [["a/b", "a"], [["a", "a/b"]]],
    [["a", "A/b"], [["A/b", "a"]]],
    [["a/b", "a/c", "A/d", "b"], []],
  ])("of %p are %p", (paths, expected) => {
    expect(collisions(paths)).toEqual(expected);
  });

  it("are none in any list without them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000)), (numbers) => {
        expect(collisions(numbers.map((number) => `folder/${number}.js`))).toEqual([]);
      }),
    );
  });
});
