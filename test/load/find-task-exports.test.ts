import { describe, expect, it } from "@jest/globals";
import { findTaskExports } from "../../src/load/find-task-exports.js";
import { A, B } from "../helpers/authored.js";

const find = (modules: { module: string; exports: Record<string, unknown> }[]): unknown =>
  findTaskExports([A], modules)[0];

describe("findTaskExports", () => {
  it.each([
    { label: "a named export", exports: { A }, found: { exportName: "A", property: null } },
    { label: "under another name", exports: { Renamed: A }, found: { exportName: "Renamed", property: null } },
    { label: "the default export", exports: { default: A }, found: { exportName: "default", property: null } },
    { label: "a name before the default", exports: { default: A, A }, found: { exportName: "A", property: null } },
    {
      label: "a property of module.exports",
      exports: { default: { B, A } },
      found: { exportName: "default", property: "A" },
    },
    {
      label: "newer Node's own name for module.exports is not used",
      exports: { "module.exports": A, default: A },
      found: { exportName: "default", property: null },
    },
    {
      label: "a name that is no identifier",
      exports: { "a task": A },
      found: { exportName: "a task", property: null },
    },
  ])("$label", ({ exports, found }) => {
    expect(find([{ module: "/m.js", exports }])).toEqual({ module: "/m.js", ...found });
  });

  it.each([
    { label: "a class that nobody exports", exports: { B } },
    { label: "one that is kept only in a record", exports: { tasks: { A } } },
    { label: "one that is made by a factory", exports: { make: () => A } },
    { label: "one of the same name", exports: { A: B } },
  ])("null for $label", ({ exports }) => {
    expect(find([{ module: "/m.js", exports }])).toBeNull();
  });

  it("takes the first module, so a re-export never wins over the definition", () => {
    expect(
      find([
        { module: "/own.js", exports: { X: A } },
        { module: "/index.js", exports: { A } },
      ]),
    ).toMatchObject({
      module: "/own.js",
      exportName: "X",
    });
  });

  it("reads the getters of TypeScript's CommonJS re-exports; one that throws is no Task", () => {
    const byDefault = Object.defineProperties(
      {},
      {
        broken: {
          enumerable: true,
          get: () => {
            throw new Error("read");
          },
        },
        A: { enumerable: true, get: () => A },
      },
    );
    expect(find([{ module: "/m.cjs", exports: { default: byDefault } }])).toMatchObject({ property: "A" });
  });

  it("answers in the order it was asked", () => {
    const found = findTaskExports([B, A, class extends A {}], [{ module: "/m.js", exports: { A, B } }]);
    expect(found.map((one) => one?.exportName)).toEqual(["B", "A", undefined]);
  });
});
