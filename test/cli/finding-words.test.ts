import { describe, expect, it } from "@jest/globals";
import { folderInCheckout } from "../../src/cli/finding-words.js";

describe("folderInCheckout", () => {
  it.each([
    { checkout: "/w/repo", cwd: "/w/repo", folder: "" },
    { checkout: "/w/repo", cwd: "/w/repo/pipelines/vbi", folder: "pipelines/vbi" },
    { checkout: "/w/repo", cwd: "/w/repo/..vbi", folder: "..vbi" },
    { checkout: "/w/repo", cwd: "/w", folder: "" },
    { checkout: "/w/repo", cwd: "/elsewhere", folder: "" },
    { checkout: undefined, cwd: ".", folder: "" },
    { checkout: undefined, cwd: "pipelines/vbi", folder: "pipelines/vbi" },
  ])("$cwd in $checkout is '$folder'", ({ checkout, cwd, folder }) => {
    expect(folderInCheckout(checkout, cwd)).toBe(folder);
  });
});
