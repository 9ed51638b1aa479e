import { afterEach, describe, expect, it } from "@jest/globals";
import { refuseUnknownPackages } from "../../src/bundle/external.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

afterEach(removeFolders);

/** A workspace whose client repo is `packages/client`. */
async function workspace(): Promise<string> {
  return tempFolder(
    {
      "package.json": JSON.stringify({ dependencies: { sharp: "1" }, devDependencies: { "@scope/tool": "1" } }),
      "node_modules/sharp/package.json": "{}",
      "node_modules/@scope/tool/package.json": "{}",
      "../../node_modules/shared/package.json": "{}",
    },
    "packages/client",
  );
}

describe("refuseUnknownPackages", () => {
  it.each([[[]], [["sharp", "sharp/lib", "@scope/tool", "@scope/tool/x.js", "shared"]]])(
    "takes %p: installed in the client repo or above it",
    async (external) => {
      const root = await workspace();
      expect(() => refuseUnknownPackages(root, external)).not.toThrow();
    },
  );

  it.each([
    { external: "shrap", hint: "did you mean sharp?" },
    { external: "@scop/tool", hint: "did you mean @scope/tool?" },
    { external: "numpy-node", hint: "install the package, or remove it from external" },
    { external: "./lib/own.js", hint: "install the package, or remove it from external" },
    { external: "/etc", hint: "install the package, or remove it from external" },
    { external: "..", hint: "install the package, or remove it from external" },
    { external: "@scope", hint: "install the package, or remove it from external" },
  ])("refuses $external: $hint", async ({ external, hint }) => {
    const root = await workspace();
    expect(() => refuseUnknownPackages(root, ["sharp", external])).toThrow(
      expect.objectContaining({ code: "BAD_CONFIG", hint, message: expect.stringContaining(external) as unknown }),
    );
  });
});
