import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { planPrune, type Prunable } from "../../src/release/prune-plan.js";

const release = (name: string, version: string): Prunable => ({
  release: `${name}_${version}`,
  name,
  version,
  dagIds: [`l0_${version}`],
});
const goes = (releases: readonly Prunable[], keep: number, promoted: Readonly<Record<string, string>> = {}): string[] =>
  planPrune(releases, keep, new Map(Object.entries(promoted)))
    .filter(({ keptBecause }) => keptBecause === null)
    .map(({ release: { release } }) => release);
const VBI = ["1.10.0", "1.9.0", "1.2.0", "1.10.0-rc1", "dev"].map((version) => release("vbi", version));

describe("planPrune", () => {
  it.each([
    [1, ["vbi_1.9.0", "vbi_1.2.0", "vbi_1.10.0-rc1"]],
    [2, ["vbi_1.9.0", "vbi_1.2.0"]],
    [3, ["vbi_1.2.0"]],
    [4, []],
    [9, []],
  ])("keeps the newest %d, by the order of versions, and dev beside them", (keep, expected) => {
    expect(goes(VBI, keep)).toEqual(expected);
  });

  it("counts each name by itself", () => {
    expect(goes([...VBI, release("visp", "0.1")], 1)).not.toContain("visp_0.1");
  });

  it("keeps the promoted version, however old", () => {
    expect(goes(VBI, 1, { vbi: "1.2.0" })).toEqual(["vbi_1.9.0", "vbi_1.10.0-rc1"]);
    expect(goes(VBI, 1, { visp: "1.2.0" })).toContain("vbi_1.2.0");
  });

  it.each([
    [{ name: null }, /which version/],
    [{ version: null }, /which version/],
    [{ dagIds: null }, /which DAGs/],
  ])("keeps what it does not know: %j", (unknown, why) => {
    const old = { ...release("vbi", "0.1"), ...unknown };
    const [decision] = planPrune([old, ...VBI], 1, new Map());
    expect(decision?.keptBecause).toMatch(why);
  });

  it("never lets go of fewer than it keeps, nor of the promoted one", () => {
    const versions = fc.uniqueArray(fc.stringMatching(/^\d{1,2}\.\d{1,2}(-rc\d)?$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(versions, fc.integer({ min: 1, max: 12 }), fc.nat(), (all, keep, pick) => {
        const promoted = all[pick % all.length] ?? "";
        const gone = goes(
          all.map((version) => release("vbi", version)),
          keep,
          { vbi: promoted },
        );
        expect(all.length - gone.length).toBeGreaterThanOrEqual(Math.min(keep, all.length));
        expect(gone).not.toContain(`vbi_${promoted}`);
      }),
    );
  });
});
