import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { placePackages, type PackageImport, type Placement } from "../../src/bundle/place-packages.js";

/** `imports("app>a@1 a@1>b@2")`: instances are `name@version`; the program is `app`. */
function imports(text: string): PackageImport[] {
  return text.split(" ").map((part) => {
    const [from = "", to = ""] = part.split(">");
    return { from, name: to.split("@")[0] ?? "", to };
  });
}

const place = (text: string): string[] =>
  placePackages("app", imports(text)).map(({ folder, instance }) => `${folder}=${instance}`);

/** What Node finds: the nearest node_modules above that has the name. */
function resolve(placements: readonly Placement[], folder: string, name: string): string | undefined {
  const places = new Map(placements.map((one) => [one.folder, one.instance]));
  for (let parts = folder === "" ? [] : folder.split("/"); ; parts = parts.slice(0, -1)) {
    if (parts.at(-1) !== "node_modules") {
      const found = places.get([...parts, "node_modules", name].join("/"));
      if (found !== undefined) return found;
    }
    if (parts.length === 0) return undefined;
  }
}

const INSTANCES = ["a", "b", "c", "d"].flatMap((name) =>
  [1, 2, 3].map((version) => ({ name, instance: `${name}@${version}` })),
);

/** Each instance, and the program, imports one version of some names: what an installed tree can say. */
const anyImports = fc
  .tuple(
    ...["app", ...INSTANCES.map(({ instance }) => instance)].map((from) =>
      fc
        .record({ a: fc.nat(6), b: fc.nat(6), c: fc.nat(6), d: fc.nat(6) })
        .map((versions) =>
          Object.entries(versions).flatMap(([name, version]): PackageImport[] =>
            version < 1 || version > 3 || `${name}@${version}` === from
              ? []
              : [{ from, name, to: `${name}@${version}` }],
          ),
        ),
    ),
  )
  .map((lists) => lists.flat());

describe("placePackages", () => {
  it.each([
    {
      label: "at the top where the name is free",
      graph: "app>a@1 a@1>b@1",
      placed: ["=app", "node_modules/a=a@1", "node_modules/b=b@1"],
    },
    {
      label: "another version below the package that needs it",
      graph: "app>a@1 app>b@1 a@1>b@2",
      placed: ["=app", "node_modules/a=a@1", "node_modules/b=b@1", "node_modules/a/node_modules/b=b@2"],
    },
    {
      label: "packages that import one another",
      graph: "app>a@1 a@1>b@1 b@1>a@1",
      placed: ["=app", "node_modules/a=a@1", "node_modules/b=b@1"],
    },
  ])("places $label", ({ graph, placed }) => {
    expect(place(graph)).toEqual(placed);
  });

  it("places a scoped package, and the program alone", () => {
    const scoped = [
      { from: "app", name: "@s/a", to: "/x/@s/a" },
      { from: "/x/@s/a", name: "b", to: "/x/b" },
    ];
    const folders = placePackages("app", scoped).map(({ folder }) => folder);
    expect(folders).toEqual(["", "node_modules/@s/a", "node_modules/b"]);
    expect(placePackages("app", [])).toEqual([{ folder: "", instance: "app" }]);
  });

  it("mends what a nested copy hides from a package further down", () => {
    // a needs b@2 nested; c is nested in a as well and needs b@1, which that b@2 hides.
    const placements = placePackages("app", imports("app>a@1 app>b@1 app>c@1 a@1>c@2 c@2>b@1 a@1>b@2"));
    expect(resolve(placements, "node_modules/a/node_modules/c", "b")).toBe("b@1");
    expect(resolve(placements, "node_modules/a", "b")).toBe("b@2");
  });

  it("refuses one name for two packages", () => {
    expect(() => place("app>a@1 a@1>b@1 a@1>b@2")).toThrow("a@1 imports two different packages called b");
  });

  it("refuses what no tree of folders can hold, instead of nesting for ever", () => {
    expect(() => place("app>a@1 a@1>b@1 b@1>a@2 a@2>b@2 b@2>a@1")).toThrow("cannot lie in one tree of folders");
  });

  it("gives every placed package each of its imports, the very instance; and always ends", () => {
    let placed = 0;
    fc.assert(
      fc.property(anyImports, (edges) => {
        let placements: Placement[];
        try {
          placements = placePackages("app", edges);
        } catch (error) {
          expect(String(error)).toContain("cannot lie in one tree of folders");
          return;
        }
        placed++;
        for (const { folder, instance } of placements) {
          for (const { name, to } of edges.filter(({ from }) => from === instance)) {
            expect(resolve(placements, folder, name)).toBe(to);
          }
        }
        expect(new Set(placements.map(({ folder }) => folder)).size).toBe(placements.length);
        expect(placePackages("app", edges)).toEqual(placements);
      }),
      { numRuns: 300 },
    );
    expect(placed).toBeGreaterThan(30);
  });
});
