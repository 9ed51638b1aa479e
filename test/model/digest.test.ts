import { expect, it } from "@jest/globals";
import { digestOf, isOnDisk, manifestFile, sha256 } from "../../src/model/digest.js";

/** What `printf abc | sha256sum` says. */
const OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

it("is that of sha256sum, of texts as UTF-8 and of bytes", () => {
  expect([sha256("abc"), sha256(Buffer.from("abc"))]).toEqual([OF_ABC, OF_ABC]);
  expect(sha256("é")).toBe(sha256(Buffer.of(0xc3, 0xa9)));
});

it("a file is listed alike, whether it is in memory or on the disk", () => {
  const [inMemory, onDisk] = [Buffer.from("abc"), { file: "/a", bytes: 3, sha256: OF_ABC }];
  expect([isOnDisk(inMemory), isOnDisk(onDisk)]).toEqual([false, true]);
  for (const content of [inMemory, onDisk]) {
    expect(manifestFile({ path: "a", content, executable: false })).toEqual({
      path: "a",
      bytes: 3,
      mode: "644",
      sha256: OF_ABC,
    });
    expect(manifestFile({ path: "a", content, executable: true }).mode).toBe("755");
  }
});

it("of many files is of their names, modes and contents", () => {
  const file = { path: "a", bytes: 3, mode: "644", sha256: OF_ABC } as const;
  const digests = [
    [],
    [file],
    [file, file],
    [{ ...file, path: "b" }],
    [{ ...file, mode: "755" } as const],
    [{ ...file, sha256: OF_ABC.replace("b", "c") }],
  ].map((files) => digestOf(files));
  expect(new Set(digests).size).toBe(digests.length);
  expect(digestOf([file, file])).toBe(sha256(`644 ${OF_ABC} a\n644 ${OF_ABC} a\n`));
});
